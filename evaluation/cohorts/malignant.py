"""Back pain with a tumour behind it, from the first symptom to the diagnosis."""

from __future__ import annotations

from math import exp, log
from random import Random

from evaluation.cohorts.choices import Choices
from evaluation.cohorts.companions import add, cancer_companions
from evaluation.cohorts.latent import LatentDay, LatentEvent, LatentPerson
from evaluation.cohorts.swings import autocorrelated, calm, painful_nights, score
from evaluation.cohorts.treating import relieve_for_a_while
from evaluation.cohorts.visiting import malignant_visits

MONTHS = (3, 18)
"""From the first symptom to the diagnosis: about a year in the median."""
SITES = ("mid_back", "lower_back", "neck")
SITE_SHARES = (0.70, 0.20, 0.10)
LUMBAR_FIRST = (0.20, 0.70, 0.10)
FELT_ELSEWHERE = 0.30
FLANK = 0.05
EXAMINED_BEFORE = 0.40
FRACTURES_THAT_ARE_SEEN = 1 / 3
"""Most vertebral fractures do not come to anyone's attention; a third do (Cooper 1992)."""


def malignant_person(random: Random, name: str, choices: Choices, *, lumbar: bool = False) -> LatentPerson:
    """Someone whose true days run from the first symptom to the diagnosis. `lumbar`: most have it low in the back."""
    length = round(min(MONTHS[1] * 30.4, max(MONTHS[0] * 30.4, random.gauss(365, 110))))
    site = random.choices(SITES, LUMBAR_FIRST if lumbar else SITE_SHARES)[0]
    felt = _felt(random, site)
    worst, broke = _course(random, length, choices)
    nights = painful_nights(random, [5.0] * length, _shares_of_nights(random, length))
    lying = random.random() < 0.4
    days = [_day(random, pain, hurts, felt, lying=lying) for pain, hurts in zip(worst, nights, strict=True)]
    person = LatentPerson(name=name, kind="malignant", profile=_profile(random), days=days, diagnosis=length)
    if broke is not None and random.random() < FRACTURES_THAT_ARE_SEEN:
        person.events.append(LatentEvent("fracture", broke, trauma=random.choice(("none", "minor")), site=site))
    cancer_companions(random, person, times=choices.companions)
    _late_signs(random, person)
    malignant_visits(random, person, examined=EXAMINED_BEFORE * choices.examined)
    for _ in range(random.choice((0, 1, 1))):
        start = random.randrange(length // 6, length // 2)
        relieve_for_a_while(random, person, start, helped=choices.passing_relief)
    return person


def _course(random: Random, length: int, choices: Choices) -> tuple[list[float], int | None]:
    """Worst pain, rising steadily, in steps, to a plateau or abruptly, and the day a vertebra broke on."""
    onset = random.uniform(1, 3)
    weekly = min(0.5, max(0.1, random.lognormvariate(log(choices.weekly_rise), 0.4)))
    way = random.choices(("steady", "steps", "plateau", "abrupt"), (0.60, 0.15, 0.15, 0.10))[0]
    breaks = int(length * random.uniform(0.6, 0.9))
    noise = autocorrelated(random, length, random.uniform(*choices.autocorrelation))
    values = []
    for day in range(length):
        weeks = (day // 42 * 42 if way == "steps" else day) / 7
        risen = min(weekly * weeks, 4.0 if way == "plateau" else 7.0)
        if way == "abrupt":
            risen = min(2.0, weekly * weeks) + (4.0 if day >= breaks else 0.0)
        values.append(onset + risen + 0.8 * choices.swings * noise[day])
    return values, breaks if way == "abrupt" else None


def _shares_of_nights(random: Random, length: int) -> list[float]:
    """How common painful nights are: from 20 % to 85 % along a logistic."""
    middle = random.uniform(0.25, 0.5) * length
    return [0.20 + 0.65 / (1 + exp(-8 * (day - middle) / length)) for day in range(length)]


def _day(random: Random, worst: float, hurts: bool, sites: tuple[str, ...], *, lying: bool) -> LatentDay:
    pain = score(worst)
    return LatentDay(
        worst=max(pain, 4) if hurts else pain,
        night=max(4, pain - random.randint(0, 1)) if hurts else calm(random, pain),
        rest=max(0, pain - random.randint(1, 3)) if hurts else calm(random, pain),
        woke=hurts and random.random() < 0.6,
        lying=lying and hurts and random.random() < 0.8,
        breath=random.random() < 0.02,
        sites=sites if pain else (),
    )


def _felt(random: Random, site: str) -> tuple[str, ...]:
    """Where it is felt: in some quite elsewhere, in a few in the flank too."""
    chance = random.random()
    if chance < FELT_ELSEWHERE:
        return ("hip",)
    return (site, "right_flank") if chance > 1 - FLANK else (site,)


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
