"""On which days people write, and when what they wrote arrives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from evaluation.cohorts.choices import Choices
from evaluation.cohorts.latent import LatentDay, LatentPerson
from evaluation.cohorts.scenarios import Scenario


@dataclass(frozen=True, slots=True)
class Habit:
    """How diligently a diary is kept (Druce 2017): share of people, days with an entry in the median, and how these
    spread between people (standard deviation of the logarithm); chance of an entry on a day before they stop."""

    name: str
    share: float
    days_of_use: int
    spread: float
    chance: float


HABITS = (
    Habit("high", 0.14, 149, 0.2, 0.9),
    Habit("moderate", 0.22, 60, 0.5, 0.6),
    Habit("low", 0.39, 15, 0.5, 0.3),
    Habit("tourist", 0.25, 1, 0.2, 0.9),
)
OFFLINE = 0.01
"""Chance that a phone loses its network on a day, for up to three weeks."""
EDITED = 0.03
"""Share of entries that are put right one to ten days later; what counts arrives only then."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The days with an entry, with the day on which each arrived as it is in the end."""

    habit: str
    arrivals: dict[int, int]

    @property
    def days_of_use(self) -> int:
        """On how many days something was entered."""
        return len(self.arrivals)

    @property
    def first(self) -> int:
        """The first day with an entry."""
        return min(self.arrivals, default=0)

    @property
    def last(self) -> int:
        """The last day with an entry."""
        return max(self.arrivals, default=0)


def kept(random: Random, person: LatentPerson, scenario: Scenario) -> Kept:
    """The days that the person writes about."""
    if scenario.adherent:
        return _as_people_do(random, person, scenario.choices)
    skips = _skips(random, person.days, scenario.missing, scenario.choices.skewed)
    return Kept("regular", {day: day for day, skip in enumerate(skips) if not skip})


def _as_people_do(random: Random, person: LatentPerson, choices: Choices) -> Kept:
    habit = random.choices(HABITS, [habit.share for habit in HABITS])[0]
    use = max(1, round(habit.days_of_use * choices.days_of_use * random.lognormvariate(0, habit.spread)))
    begins = _begins(random, person, choices)
    skips = _skips(random, person.days[begins:], 1 - habit.chance, choices.skewed)
    written = [begins + day for day, skip in enumerate(skips) if not skip]
    return Kept(habit.name, _arrivals(random, written[:use]))


def _begins(random: Random, person: LatentPerson, choices: Choices) -> int:
    """The day someone begins to write; with ordinary pain the year that is looked at begins with it."""
    if not person.malignant:
        return 0
    soonest, share = choices.begins
    latest = int(share * len(person.days))
    return min(len(person.days) - 1, random.randrange(min(int(soonest), latest - 1), latest))


def _arrivals(random: Random, written: Iterable[int]) -> dict[int, int]:
    """Most entries arrive the same day; some wait for a network, and some are put right later."""
    offline_until, arrivals = -1, {}
    for day in written:
        if day > offline_until and random.random() < OFFLINE:
            offline_until = day + random.randint(1, 21)
        edited = day + random.randint(1, 10) if random.random() < EDITED else day
        arrivals[day] = max(edited, offline_until)
    return arrivals


def _skips(random: Random, days: Sequence[LatentDay], missing: float, skewed: float) -> list[bool]:
    """Which days are skipped: by chance, rather when well, or rather when at the worst; `missing` of them in all."""
    rather = random.choice((_on_no_day, _when_well, _when_at_worst))
    such = [rather(day) for day in days]
    share = sum(such) / len(such)
    return [random.random() < missing * (1 + skewed * (so - share)) for so in such]


def _on_no_day(_: LatentDay) -> bool:
    return False


def _when_well(day: LatentDay) -> bool:
    return day.worst <= 3


def _when_at_worst(day: LatentDay) -> bool:
    return day.worst >= 6
