"""What people try, and what it does to the true pain.

A treatment starts when the pain is at its worst, so that falling back to the mean looks like an answer to it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random

from evaluation.cohorts.latent import LatentPerson, LatentTreatment

FULL_EFFECT_DAYS = {"medication": 4, "physiotherapy": 28}
RELIEF = 0.55
"""What is left of the pain of someone whom a treatment helps."""


def treat(random: Random, person: LatentPerson, *, responders: float) -> None:
    """One or two treatments in the year, each started at a peak."""
    for number in range(random.choice((0, 1, 1, 2))):
        kind = random.choices(("medication", "physiotherapy"), (0.7, 0.3))[0]
        start = _peak(random, person)
        length = random.randint(14, 120) if kind == "medication" else random.randint(42, 90)
        treatment = _begun(random, person, number, kind, start, length)
        if random.random() < responders:
            full = FULL_EFFECT_DAYS[kind]
            _relieve(person, treatment, partial(_growing, full))


def relieve_for_a_while(random: Random, person: LatentPerson, start: int, *, helped: float) -> None:
    """Simple painkillers that help the share `helped` for two to five weeks and then no more, the others not at all."""
    treatment = _begun(random, person, 9, "medication", start, random.randint(40, 150))
    if random.random() < helped:
        gone = random.randint(14, 35)
        _relieve(person, treatment, lambda day: min(1.0, day / 4) if day < gone else 0.0)


def _growing(full: int, day: int) -> float:
    return min(1.0, day / full)


def _begun(random: Random, person: LatentPerson, number: int, kind: str, start: int, length: int) -> LatentTreatment:
    stop = min(len(person.days) - 1, start + length - 1)
    name = "Ibuprofen" if kind == "medication" else "Physiotherapy"
    known = person.days[start].worst if random.random() < 0.5 else None
    treatment = LatentTreatment(f"{number}", kind, f"{name} {number}", start, stop, known)
    person.treatments.append(treatment)
    for day in range(start, stop + 1):
        if kind == "medication":
            person.days[day].taken[treatment.id] = random.random() < 0.92
        elif (day - start) % 4 == 0:
            person.days[day].taken[treatment.id] = True
    return treatment


def _peak(random: Random, person: LatentPerson) -> int:
    """The worst of a handful of days, in the first two thirds of the diary."""
    days = [random.randrange(max(1, len(person.days) * 2 // 3)) for _ in range(8)]
    return max(days, key=lambda day: person.days[day].worst)


def _relieve(person: LatentPerson, treatment: LatentTreatment, effect: Callable[[int], float]) -> None:
    for number in range(treatment.start, treatment.stop + 1):
        left = 1 - (1 - RELIEF) * effect(number - treatment.start)
        day = person.days[number]
        day.worst, day.night, day.rest = (round(value * left) for value in (day.worst, day.night, day.rest))
        day.woke = day.woke and day.night >= 4
