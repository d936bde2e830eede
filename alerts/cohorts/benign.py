"""Ordinary back pain for a year, in the four courses that Dunn 2006 found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from alerts.cohorts.companions import everyday_companions, weights
from alerts.cohorts.latent import LatentDay, LatentEvent, LatentPerson
from alerts.cohorts.swings import autocorrelated, flares, painful_nights, score, spells
from alerts.cohorts.treating import treat

YEAR = 365


@dataclass(frozen=True, slots=True)
class Course:
    """One class: how common it is, how it hurts, and how often a doctor has already examined it."""

    share: float
    """Dunn 2006."""
    level: Callable[[Random, int], list[float]]
    spread: float
    nights: Callable[[Random, int], list[float]]
    flares_a_year: tuple[int, int]
    examined_before: float
    responders: float
    """Share whose pain falls clearly with a treatment, beside those who would get better anyway."""


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
    "persistent mild": Course(0.36, _level(1.3, 2.7), 1.0, _nights(0.10), (6, 9), 0.50, 0.25),
    "recovering": Course(0.30, _recovering, 1.0, _fading_nights, (2, 4), 0.40, 0.25),
    "severe chronic": Course(0.21, _level(6.2, 7.8), 1.2, _many_nights, (6, 12), 0.90, 0.20),
    "fluctuating": Course(0.13, _level(2.5, 5.5), 1.8, _nights(0.30), (8, 12), 0.70, 0.35),
}
SITES = (("lower_back",), ("lower_back",), ("lower_back", "leg"), ("upper_back",), ("neck",))


def benign_person(random: Random, name: str, *, clinic: bool = False) -> LatentPerson:
    """A person whose pain has no serious cause. `clinic`: with the nights of a back-pain clinic (Harding 2005)."""
    kind = random.choices(list(COURSES), [course.share for course in COURSES.values()])[0]
    course = COURSES[kind]
    level = course.level(random, YEAR)
    swing = autocorrelated(random, YEAR, random.uniform(0.2, 0.6))
    bouts = flares(random, YEAR, random.uniform(*course.flares_a_year))
    worst = [
        base + course.spread * noise + bout + (0.3 if day % 7 == 0 else 0)
        for day, (base, noise, bout) in enumerate(zip(level, swing, bouts, strict=True))
    ]
    shares = _clinic_nights(random) if clinic else course.nights(random, YEAR)
    nights = painful_nights(random, worst, shares)
    sites = random.choice(SITES)
    person = LatentPerson(
        name=name,
        kind=kind,
        profile=_profile(random),
        days=[_day(random, pain, hurts, sites) for pain, hurts in zip(worst, nights, strict=True)],
    )
    everyday_companions(random, person)
    weights(random, person, dieting=random.random() < 0.08)
    _events(random, person, course)
    treat(random, person, responders=course.responders)
    return person


def _day(random: Random, worst: float, hurts: bool, sites: tuple[str, ...]) -> LatentDay:
    pain = score(worst)
    return LatentDay(
        worst=pain,
        night=max(4, pain - random.randint(0, 2)) if hurts else min(3, max(0, pain - random.randint(1, 4))),
        rest=max(0, min(3, pain - random.randint(2, 5))),
        woke=hurts and random.random() < 0.5,
        lying=hurts and random.random() < 0.2,
        breath=random.random() < 0.01,
        sites=sites if pain else (),
    )


def _clinic_nights(random: Random) -> list[float]:
    """Night pain in 44 %, every night in 19 % (Harding 2005)."""
    chance = random.random()
    return [0.97 if chance < 0.19 else 0.30 if chance < 0.44 else 0.01] * YEAR


def _profile(random: Random) -> dict[str, object]:
    return {
        "birth_year": random.randint(1945, 2003),
        "smoking": random.choices(["never", "former", "current"], [0.6, 0.25, 0.15])[0],
        "asbestos_exposure": random.random() < 0.02,
        "cancer_history": False,
        "steroid_use": random.random() < 0.03,
        "osteoporosis": random.random() < 0.04,
    }


def _events(random: Random, person: LatentPerson, course: Course) -> None:
    if random.random() < course.examined_before:
        person.events.append(LatentEvent("doctor_visit", -random.randint(0, 540)))
    for about, a_year in ((None, 0.5), (False, 0.5)):
        if random.random() < a_year:
            person.events.append(LatentEvent("doctor_visit", random.randrange(YEAR), about_this_pain=about))
    if random.random() < 0.1:
        fell = random.randrange(YEAR)
        person.events.append(LatentEvent("fall", fell, trauma="minor"))
        for day in range(fell, min(YEAR, fell + random.randint(1, 9))):
            person.days[day].worst = min(6, person.days[day].worst + 2)
    for day in spells(random, YEAR, 0.04, (2, 5)):
        person.days[day].sites = (*person.days[day].sites, "left_flank")
