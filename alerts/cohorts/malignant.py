"""Back pain with a tumour behind it, from the first symptom to the diagnosis."""

from __future__ import annotations

from math import exp, log
from random import Random

from alerts.cohorts.companions import LOSING_WEIGHT, add, cancer_companions, weights
from alerts.cohorts.latent import LatentDay, LatentEvent, LatentPerson
from alerts.cohorts.swings import autocorrelated, painful_nights, score
from alerts.cohorts.treating import relieve_for_a_while

MONTHS = (3, 18)
"""From the first symptom to the diagnosis: about a year in the median."""
SITES = (("mid_back",), ("lower_back",), ("neck",))
SITE_SHARES = (0.70, 0.20, 0.10)
EXAMINED_BEFORE = 0.40
MISATTRIBUTED_A_YEAR = 0.60
"""One visit a year, of which 60 % end without the diagnosis; the others are the diagnosis itself."""


def malignant_person(random: Random, name: str) -> LatentPerson:
    """Someone whose diary begins with the first symptom and ends with the diagnosis."""
    length = round(min(MONTHS[1] * 30.4, max(MONTHS[0] * 30.4, random.gauss(365, 110))))
    worst = _course(random, length)
    middle = random.uniform(0.25, 0.5) * length
    shares = [0.20 + 0.65 / (1 + exp(-8 * (day - middle) / length)) for day in range(length)]
    nights = painful_nights(random, [5.0] * length, shares)
    person = LatentPerson(
        name=name,
        kind="malignant",
        profile=_profile(random),
        days=[],
        diagnosis=length,
    )
    sites = _sites(random)
    lying = random.random() < 0.4
    for pain, hurts in zip(worst, nights, strict=True):
        person.days.append(_day(random, pain, hurts, sites, lying=lying))
    cancer_companions(random, person)
    weights(random, person, wasting=random.random() < LOSING_WEIGHT)
    _late_signs(random, person)
    _visits(random, person)
    for _ in range(random.choice((0, 1, 1))):
        relieve_for_a_while(random, person, random.randrange(length // 6, length // 2))
    return person


def _course(random: Random, length: int) -> list[float]:
    """Worst pain: from 1-3 upwards by 0.1-0.5 a week; some in steps, some to a plateau, some abruptly."""
    onset = random.uniform(1, 3)
    weekly = min(0.5, max(0.1, random.lognormvariate(log(0.25), 0.4)))
    way = random.choices(("steady", "steps", "plateau", "abrupt"), (0.60, 0.15, 0.15, 0.10))[0]
    breaks = length * random.uniform(0.6, 0.9)
    noise = autocorrelated(random, length, random.uniform(0.2, 0.6))
    values = []
    for day in range(length):
        weeks = (day // 42 * 42 if way == "steps" else day) / 7
        risen = min(weekly * weeks, 4.0 if way == "plateau" else 7.0)
        if way == "abrupt":
            risen = min(2.0, weekly * weeks) + (4.0 if day >= breaks else 0.0)
        values.append(onset + risen + 0.8 * noise[day])
    return values


def _day(random: Random, worst: float, hurts: bool, sites: tuple[str, ...], *, lying: bool) -> LatentDay:
    pain = score(worst)
    return LatentDay(
        worst=max(pain, 4) if hurts else pain,
        night=max(4, pain - random.randint(0, 1)) if hurts else min(3, pain),
        rest=min(pain if hurts else 3, max(0, pain - random.randint(1, 3))),
        woke=hurts and random.random() < 0.6,
        lying=lying and hurts and random.random() < 0.8,
        breath=random.random() < 0.02,
        sites=sites if pain else (),
    )


def _sites(random: Random) -> tuple[str, ...]:
    sites = random.choices(SITES, SITE_SHARES)[0]
    if random.random() < 0.05:
        return (*sites, "right_flank")
    return ("hip",) if random.random() < 0.30 else sites


def _profile(random: Random) -> dict[str, object]:
    return {
        "birth_year": random.randint(1940, 1983),
        "smoking": random.choices(["never", "former", "current"], [0.25, 0.45, 0.30])[0],
        "asbestos_exposure": random.random() < 0.05,
        "cancer_history": False,
    }


def _late_signs(random: Random, person: LatentPerson) -> None:
    """Weakness in the last 20 days, sensory signs in the last 12."""
    length = len(person.days)
    if random.random() < 0.5:
        add(person, "leg_weak", range(length - random.randint(1, 20), length))
    if random.random() < 0.3:
        add(person, "band_like_pain", range(length - random.randint(1, 12), length))


def _visits(random: Random, person: LatentPerson) -> None:
    if random.random() < EXAMINED_BEFORE:
        person.events.append(LatentEvent("doctor_visit", -random.randint(0, 540)))
    if random.random() < MISATTRIBUTED_A_YEAR * len(person.days) / 365:
        person.events.append(LatentEvent("doctor_visit", random.randrange(len(person.days))))
    if random.random() < 0.5:
        person.events.append(LatentEvent("doctor_visit", random.randrange(len(person.days)), about_this_pain=False))
