"""What the phone reports of a synthetic person: the true state with noise, rounding, gaps and mistakes on top."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID

from evaluation.cohorts.choices import Choices
from evaluation.cohorts.clocks import Phone
from evaluation.cohorts.keeping import Kept, kept
from evaluation.cohorts.latent import LatentDay, LatentEvent, LatentPerson, LatentTreatment, date_of
from evaluation.cohorts.scenarios import Scenario
from evaluation.cohorts.swings import score

COMPANIONS = frozenset({"cough", "breathlessness", "chest_pain", "fatigue", "appetite_loss"})
ALWAYS_SEVEN = 0.05
"""One person in 20 with ordinary pain notes a 7 every day."""
LIKED = (5, 7)
LIKING = 0.08
TWICE = 0.02
"""Share of entries that were saved twice."""


def report(person: LatentPerson, scenario: Scenario) -> tuple[dict[str, Any], Kept]:
    """The diary document that the person's phone holds in the end, and how it was kept."""
    random = Random(f"{person.name}/{scenario.name}")
    written = kept(random, person, scenario)
    reporter = Reporter(random, person, scenario)
    entries = [entry for day in written.arrivals for entry in reporter.entries(person.days[day], day)]
    random.shuffle(entries)
    return {
        "format": "symptom-diary/1",
        "patient": {name: value for name, value in person.profile.items() if value is not None},
        "entries": entries,
        "treatments": [_treatment(one, written.last) for one in person.treatments if one.start <= written.last],
        "events": [_event(number, one) for number, one in enumerate(person.events) if one.day <= written.last],
    }, written


class Reporter:
    """How one person tells about a day."""

    def __init__(self, random: Random, person: LatentPerson, scenario: Scenario) -> None:
        self._random = random
        self._choices: Choices = scenario.choices
        self._skipped = 0.0 if scenario.whole else random.uniform(*scenario.choices.unanswered)
        ordinary = not (person.malignant or scenario.people.planted)
        self._always_seven = random.random() < ALWAYS_SEVEN and ordinary
        self._phone = Phone(random, len(person.days))

    def entries(self, day: LatentDay, number: int) -> Iterator[dict[str, Any]]:
        """The entry of the day; now and then it was saved twice."""
        random, skipped = self._random, self._skipped
        answers = {
            name: answer
            for name, answer in self._answers(day, number).items()
            if name == "symptoms" or random.random() >= skipped
        }
        for _ in range(2 if random.random() < TWICE else 1):
            unique = str(UUID(int=random.getrandbits(128), version=4))
            yield {"id": unique, **self._phone.noted(random, number), **answers}

    def _answers(self, day: LatentDay, number: int) -> dict[str, Any]:
        answers: dict[str, Any] = {
            "worst_pain": 7 if self._always_seven else self._noted(day.worst),
            "night_pain": self._noted(day.night),
            "rest_pain": self._noted(day.rest),
            "woke_from_sleep": day.woke,
            "worse_lying_down": day.lying,
            "worse_on_deep_breath": day.breath,
            "sites": list(day.sites),
            "symptoms": self._symptoms(day),
            "treatments_taken": {_treatment_id(treatment): taken for treatment, taken in day.taken.items()},
        }
        if number % self._choices.weighed_every == 0:
            answers["weight_kg"] = round(day.weight + self._random.gauss(0, self._choices.scales_noise), 1)
        return answers

    def _noted(self, truth: int) -> int:
        """A score as people give it: off by one at times, with a liking for 5 and 7."""
        random = self._random
        noted = score(truth + random.gauss(0, self._choices.score_noise))
        liked = noted + random.choice((-1, 1))
        return liked if liked in LIKED and random.random() < LIKING else noted

    def _symptoms(self, day: LatentDay) -> dict[str, bool]:
        """Companions, some wrongly or not answered; danger signs are reported as they are."""
        random, wrong = self._random, self._choices.wrong_answers
        noted = {
            name: (name in day.symptoms) != (random.random() < wrong)
            for name in sorted(COMPANIONS)
            if random.random() >= self._skipped
        }
        return noted | dict.fromkeys(sorted(day.symptoms - COMPANIONS), True)


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
