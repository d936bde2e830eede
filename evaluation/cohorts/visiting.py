"""When a doctor sees people: before the diary and during it, about this pain and about something else."""

from __future__ import annotations

from random import Random

from evaluation.cohorts.latent import LatentEvent, LatentPerson

BEFORE_DAYS = 540
"""An examination before the diary lies up to 18 months back."""
BENIGN_A_YEAR = 0.5
MISATTRIBUTED_A_YEAR = 0.60
"""One visit a year, of which 60 % end without the diagnosis; the others are the diagnosis itself."""
ELSEWHERE_A_YEAR = 0.5
"""Visits about something else."""


def benign_visits(random: Random, person: LatentPerson, *, examined: float) -> None:
    """A doctor had examined the share `examined`; half a visit a year follows, and half a one about something else."""
    _visits(random, person, examined=examined, a_year=BENIGN_A_YEAR)


def malignant_visits(random: Random, person: LatentPerson, *, examined: float) -> None:
    """Doctors who took the pain for ordinary: before the diary, while it was mild, and during it."""
    _visits(random, person, examined=examined, a_year=MISATTRIBUTED_A_YEAR)


def _visits(random: Random, person: LatentPerson, *, examined: float, a_year: float) -> None:
    length = len(person.days)
    chance, before = random.random(), -random.randint(0, BEFORE_DAYS)
    if chance < examined:
        person.events.append(LatentEvent("doctor_visit", before))
    for about, often in ((None, a_year), (False, ELSEWHERE_A_YEAR)):
        for day in _at_times(random, length, often):
            person.events.append(LatentEvent("doctor_visit", day, about_this_pain=about))


def _at_times(random: Random, length: int, a_year: float) -> list[int]:
    """Days of something that happens so often a year, at any time."""
    days, day = [], random.expovariate(a_year / 365)
    while day < length:
        days.append(int(day))
        day += random.expovariate(a_year / 365)
    return days
