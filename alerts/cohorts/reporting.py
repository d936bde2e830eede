"""What the phone reports of a synthetic person: the true state with noise, rounding, gaps and mistakes on top."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta, timezone
from random import Random
from typing import Any
from uuid import UUID

from alerts.cohorts.keeping import Kept, kept
from alerts.cohorts.latent import LatentDay, LatentEvent, LatentPerson, LatentTreatment, date_of
from alerts.cohorts.scenarios import Scenario
from alerts.cohorts.swings import score

SCORE_NOISE = 0.35
"""Points, before rounding: about one score in six is off by one."""
SCALES_NOISE = 0.7
"""Kilograms."""
COMPANIONS = frozenset({"cough", "breathlessness", "chest_pain", "fatigue", "appetite_loss"})
WRONG_ANSWERS = 0.02
"""Share of companions answered wrongly; danger signs are not."""
HOME, AWAY = ("Europe/Madrid", 1), ("America/New_York", -5)


def report(person: LatentPerson, scenario: Scenario) -> tuple[dict[str, Any], Kept]:
    """The diary document that the person's phone holds in the end, and how it was kept."""
    random = Random(f"{person.name}/{scenario.name}")
    written = kept(random, person, scenario)
    gaps = 0.0 if scenario.name == "complete" or scenario.planted else random.uniform(0.05, 0.15)
    always_seven = random.random() < 0.05 and not (person.malignant or scenario.planted)
    entries = [
        entry
        for day in written.arrivals
        for entry in _entries(random, person.days[day], day, gaps, always_seven=always_seven)
    ]
    last = max(written.arrivals, default=0)
    random.shuffle(entries)
    return {
        "format": "symptom-diary/1",
        "patient": {name: value for name, value in person.profile.items() if value is not None},
        "entries": entries,
        "treatments": [_treatment(one, last) for one in person.treatments if one.start <= last],
        "events": [_event(number, one) for number, one in enumerate(person.events) if one.day <= last],
    }, written


def _entries(
    random: Random, day: LatentDay, number: int, gaps: float, *, always_seven: bool
) -> Iterator[dict[str, Any]]:
    """The entry of the day; now and then it was saved twice."""
    answers = {
        name: answer
        for name, answer in _answers(random, day, number, always_seven=always_seven).items()
        if name == "symptoms" or random.random() >= gaps
    }
    yield {**_written(random, number), **answers}
    if random.random() < 0.02:
        yield {**_written(random, number), **answers}


def _answers(random: Random, day: LatentDay, number: int, *, always_seven: bool) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "worst_pain": 7 if always_seven else _noted(random, day.worst, number),
        "night_pain": _noted(random, day.night, number),
        "rest_pain": _noted(random, day.rest, number),
        "woke_from_sleep": day.woke,
        "worse_lying_down": day.lying,
        "worse_on_deep_breath": day.breath,
        "sites": list(day.sites),
        "symptoms": _symptoms(random, day),
        "treatments_taken": {_treatment_id(treatment): taken for treatment, taken in day.taken.items()},
    }
    if number % 7 == 0:
        answers["weight_kg"] = round(day.weight + random.gauss(0, SCALES_NOISE), 1)
    return answers


def _noted(random: Random, truth: int, number: int) -> int:
    """A score as people give it: off by one at times, a liking for 5 and 7, a little worse on Mondays."""
    noted = score(truth + random.gauss(0, SCORE_NOISE) + (0.05 if number % 7 == 0 else 0))
    liked = noted + random.choice((-1, 1))
    return liked if liked in (5, 7) and random.random() < 0.08 else noted


def _symptoms(random: Random, day: LatentDay) -> dict[str, bool]:
    noted = {name: (name in day.symptoms) != (random.random() < WRONG_ANSWERS) for name in sorted(COMPANIONS)}
    return noted | dict.fromkeys(sorted(day.symptoms - COMPANIONS), True)


def _written(random: Random, number: int) -> dict[str, Any]:
    """Id, date and clock: in the evening at home, on some days from another continent."""
    zone, hours = AWAY if number % 90 < 6 else HOME
    at = datetime.combine(date_of(number), time(20), tzinfo=timezone(timedelta(hours=hours)))
    return {
        "id": str(UUID(int=random.getrandbits(128), version=4)),
        "date": date_of(number).isoformat(),
        "recorded_at": (at + timedelta(minutes=random.randint(0, 180))).isoformat(),
        "time_zone": zone,
    }


def _treatment_id(treatment: str) -> str:
    return str(UUID(int=1000 + int(treatment), version=4))


def _treatment(treatment: LatentTreatment, last: int) -> dict[str, Any]:
    return {
        "id": _treatment_id(treatment.id),
        "kind": treatment.kind,
        "name": treatment.name,
        "started_on": date_of(treatment.start).isoformat(),
        "stopped_on": date_of(treatment.stop).isoformat() if treatment.stop < last else None,
        "recalled_score_before": treatment.recalled,
    }


def _event(number: int, event: LatentEvent) -> dict[str, Any]:
    return {
        "id": str(UUID(int=2000 + number, version=4)),
        "kind": event.kind,
        "date": date_of(event.day).isoformat(),
        "trauma": event.trauma,
        "site": event.site,
        "about_this_pain": event.about_this_pain,
    }
