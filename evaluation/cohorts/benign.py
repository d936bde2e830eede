"""Ordinary back pain for a year or several, in the four courses that Dunn 2006 found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from evaluation.cohorts.choices import Choices
from evaluation.cohorts.companions import everyday_companions, everyday_weights
from evaluation.cohorts.latent import LatentDay, LatentPerson
from evaluation.cohorts.swings import autocorrelated, calm, flares, painful_nights, score
from evaluation.cohorts.treating import treat
from evaluation.cohorts.troubles import falls, renal_colic
from evaluation.cohorts.visiting import benign_visits

YEAR = 365
ON_MONDAYS = 0.3
"""Points that Mondays are worse; day 0 is a Monday."""


@dataclass(frozen=True, slots=True)
class Course:
    """One class: how common it is, how it hurts, and how often a doctor has already examined it."""

    share: float
    """Dunn 2006."""
    level: Callable[[Random, int], list[float]]
    spread: float
    nights: Callable[[Random, int], list[float]]
    examined: float
    responders: float
    """Share whom a treatment helps, beside those who would get better anyway or by chance."""
    by_severity: float = 0.6
    """How much the day's pain decides whether the night hurts."""


def _level(low: float, high: float) -> Callable[[Random, int], list[float]]:
    return lambda random, length: [random.uniform(low, high)] * length


def _recovering(random: Random, length: int) -> list[float]:
    half_life, start = random.uniform(10, 14), random.uniform(3, 5)
    return [max(0.5, start * 0.5 ** (day / half_life)) for day in range(length)]


def _nights(share: float) -> Callable[[Random, int], list[float]]:
    return lambda random, length: [share * random.uniform(0.5, 1.5)] * length


def _fading_nights(_: Random, length: int) -> list[float]:
    return [max(0.03, 0.25 * 0.5 ** (day / 12)) for day in range(length)]


def _many_nights(random: Random, length: int) -> list[float]:
    """A third of these people have pain nearly every night."""
    return [0.92 if random.random() < 1 / 3 else random.uniform(0.2, 0.5)] * length


COURSES = {
    "persistent mild": Course(0.36, _level(1.3, 2.7), 1.0, _nights(0.10), 0.50, 0.24),
    "recovering": Course(0.30, _recovering, 1.0, _fading_nights, 0.40, 0.24),
    "severe chronic": Course(0.21, _level(6.2, 7.8), 1.2, _many_nights, 0.90, 0.20),
    "fluctuating": Course(0.13, _level(2.0, 7.0), 1.8, _nights(0.30), 0.70, 0.24, by_severity=0.9),
}
SITES = (("lower_back",), ("lower_back",), ("lower_back", "leg"), ("upper_back",), ("neck",))


def benign_person(
    random: Random, name: str, choices: Choices, *, clinic: bool = False, length: int = YEAR
) -> LatentPerson:
    """A person whose pain has no serious cause, over so many days.

    `clinic`: with the nights of a back-pain clinic (Harding 2005).
    """
    kind = random.choices(list(COURSES), [course.share for course in COURSES.values()])[0]
    course = COURSES[kind]
    worst = _worst_pain(random, course, choices, length)
    shares = _clinic_nights(random, length) if clinic else course.nights(random, length)
    nights = painful_nights(random, worst, shares, by_severity=course.by_severity)
    sites = random.choice(SITES)
    days = [_day(random, pain, hurts, sites) for pain, hurts in zip(worst, nights, strict=True)]
    person = LatentPerson(name=name, kind=kind, profile=_profile(random), days=days)
    everyday_companions(random, person)
    everyday_weights(random, person)
    benign_visits(random, person, examined=course.examined * choices.examined)
    falls(random, person)
    renal_colic(random, person)
    treat(random, person, responders=course.responders * choices.responders)
    return person


def _worst_pain(random: Random, course: Course, choices: Choices, length: int) -> list[float]:
    """Level, swings, flares and Mondays; after the level of a person's own."""
    level = course.level(random, length)
    swing = autocorrelated(random, length, random.uniform(*choices.autocorrelation))
    bouts = flares(random, length, random.uniform(*choices.flares_a_year))
    return [
        base + choices.swings * course.spread * noise + bout + (ON_MONDAYS if day % 7 == 0 else 0)
        for day, (base, noise, bout) in enumerate(zip(level, swing, bouts, strict=True))
    ]


def _day(random: Random, worst: float, hurts: bool, sites: tuple[str, ...]) -> LatentDay:
    pain = score(worst)
    return LatentDay(
        worst=pain,
        night=max(4, pain - random.randint(0, 2)) if hurts else calm(random, pain),
        rest=calm(random, pain - 1),
        woke=hurts and random.random() < 0.5,
        lying=hurts and random.random() < 0.2,
        breath=random.random() < 0.01,
        sites=sites if pain else (),
    )


def _clinic_nights(random: Random, length: int) -> list[float]:
    """Night pain in 44 %, every night in 19 % (Harding 2005)."""
    chance = random.random()
    return [0.97 if chance < 0.19 else 0.30 if chance < 0.44 else 0.0] * length


def _profile(random: Random) -> dict[str, object]:
    return {
        "birth_year": random.randint(1945, 2003),
        "smoking": random.choices(["never", "former", "current"], [0.6, 0.25, 0.15])[0],
        "asbestos_exposure": random.random() < 0.02,
        "cancer_history": False,
        "steroid_use": random.random() < 0.03,
        "osteoporosis": random.random() < 0.04,
    }
