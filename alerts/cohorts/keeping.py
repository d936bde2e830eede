"""On which days people write, and when what they wrote arrives."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from alerts.cohorts.latent import LatentDay, LatentPerson
from alerts.cohorts.scenarios import Scenario


@dataclass(frozen=True, slots=True)
class Habit:
    """How diligently a diary is kept: share of people, days of use in the median, chance of an entry on a day."""

    name: str
    share: float
    days_of_use: int
    chance: float


HABITS = (
    Habit("high", 0.14, 149, 0.9),
    Habit("moderate", 0.22, 60, 0.6),
    Habit("low", 0.39, 15, 0.3),
    Habit("tourist", 0.25, 1, 0.9),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """The days with an entry, with the day on which each arrived."""

    habit: str
    arrivals: dict[int, int]

    @property
    def days_of_use(self) -> int:
        """From the first to the last entry."""
        return max(self.arrivals) - min(self.arrivals) + 1 if self.arrivals else 0


def kept(random: Random, person: LatentPerson, scenario: Scenario) -> Kept:
    """The days that the person writes about."""
    if scenario.adherent:
        return _as_people_do(random, person)
    skipping = random.choice((_at_random, _when_well, _when_worst))
    days = range(len(person.days))
    written = [day for day in days if not skipping(random, person.days[day], scenario.missing)]
    return Kept("regular", {day: day for day in written})


def _as_people_do(random: Random, person: LatentPerson) -> Kept:
    habit = random.choices(HABITS, [habit.share for habit in HABITS])[0]
    length = len(person.days)
    begins = random.randrange(max(1, length // 3)) if person.malignant else 0
    used = max(1, round(habit.days_of_use * random.lognormvariate(0, 0.6)))
    written = [day for day in range(begins, min(length, begins + used)) if random.random() < habit.chance]
    return Kept(habit.name, _arrivals(random, written))


def _arrivals(random: Random, written: list[int]) -> dict[int, int]:
    """Most entries arrive the same day; a phone without a network keeps some for up to three weeks."""
    offline_until = -1
    arrivals = {}
    for day in written:
        if day > offline_until and random.random() < 0.01:
            offline_until = day + random.randint(1, 21)
        arrivals[day] = max(day, offline_until)
    return arrivals


def _at_random(random: Random, _: LatentDay, missing: float) -> bool:
    return random.random() < missing


def _when_well(random: Random, day: LatentDay, missing: float) -> bool:
    return random.random() < min(0.95, missing * (1.5 if day.worst <= 3 else 0.75))


def _when_worst(random: Random, day: LatentDay, missing: float) -> bool:
    return random.random() < min(0.95, missing * (1.5 if day.worst >= 6 else 0.85))
