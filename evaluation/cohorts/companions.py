"""What comes beside the pain: colds, coughs that stay, tiredness, and weight."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from evaluation.cohorts.latent import LatentPerson
from evaluation.cohorts.swings import spells

CASES = {"cough": 0.65, "breathlessness": 0.56, "chest_pain": 0.42, "fatigue": 0.35}
CONTROLS = {"breathlessness": 0.16, "chest_pain": 0.13, "fatigue": 0.15}
"""Shares with the symptom before the diagnosis and among controls (Hamilton 2005); coughs of controls are colds."""
LOSING_WEIGHT = {"cases": 0.27, "controls": 0.04}
LOST_BY = {"cases": (0.04, 0.14), "controls": (0.02, 0.06), "dieting": (0.04, 0.10)}
"""Shares of the weight that are lost in the end."""
COUGHING_BLOOD = {"cases": 0.20, "controls": 0.015}
"""Hamilton 2005 too."""
WITHOUT_ANY = 0.20
"""At least a fifth of the cases have none."""
LUNG_CONDITION = 0.06
LUNG_CONDITION_ON_FILE = 0.80
DEPRESSED = 0.05
DIETING = 0.08


def everyday_companions(random: Random, person: LatentPerson) -> None:
    """What people without a serious cause note: colds, a known lung condition, low spirits, and more by chance."""
    length = len(person.days)
    colds(random, person)
    if random.random() < DEPRESSED:
        add(person, "fatigue", (day for day in range(length) if random.random() < 0.8))
    for symptom, share in CONTROLS.items():
        if random.random() < share:
            add(person, symptom, spells(random, length, 1.5, (3, 21)))
    if random.random() < COUGHING_BLOOD["controls"]:
        add(person, "coughing_blood", [random.randrange(length)])


def colds(random: Random, person: LatentPerson) -> None:
    """One to three colds a year with one to four weeks of cough; a few cough always, most with a known reason."""
    length = len(person.days)
    add(person, "cough", spells(random, length, random.uniform(1, 3), (7, 28)))
    if random.random() < LUNG_CONDITION:
        person.profile["long_term_lung_condition"] = random.random() < LUNG_CONDITION_ON_FILE or None
        add(person, "cough", (day for day in range(length) if random.random() < 0.8))


def everyday_weights(random: Random, person: LatentPerson) -> None:
    """A weight that drifts; some diet, and a few lose weight without meaning to and without a serious cause."""
    chance, begins = random.random(), random.randrange(max(1, len(person.days) // 2))
    if chance < DIETING:
        person.profile["losing_weight_on_purpose"] = random.random() < 0.85 or None
        _weigh(random, person, lost=random.uniform(*LOST_BY["dieting"]), begins=begins, lasts=90)
    elif chance < DIETING + LOSING_WEIGHT["controls"]:
        _weigh(random, person, lost=random.uniform(*LOST_BY["controls"]), begins=begins, lasts=120)
    else:
        _weigh(random, person)


def cancer_companions(random: Random, person: LatentPerson, *, times: float) -> None:
    """Companions of a tumour: each begins at its own time and stays on most days. `times`: times their shares."""
    colds(random, person)
    length, chance = len(person.days), times / (1 - WITHOUT_ANY)
    none = random.random() < WITHOUT_ANY
    for symptom, share in CASES.items():
        has, begins = random.random() < share * chance, int(length * random.uniform(0.1, 0.9))
        if has and not none:
            add(person, symptom, (day for day in range(begins, length) if random.random() < 0.85))
    if random.random() < COUGHING_BLOOD["cases"] * chance and not none:
        add(person, "coughing_blood", random.sample(range(length * 2 // 3, length), k=3))
    wastes = random.random() < LOSING_WEIGHT["cases"] * chance and not none
    begins = length // 2
    _weigh(
        random, person, lost=random.uniform(*LOST_BY["cases"]) if wastes else 0.0, begins=begins, lasts=length - begins
    )


def _weigh(random: Random, person: LatentPerson, *, lost: float = 0.0, begins: int = 0, lasts: int = 1) -> None:
    """Weights of every day: a drift within 1.2 % a year, and from a day on the share `lost` over so many days."""
    start, drift = max(45.0, random.gauss(78, 13)), random.uniform(-0.012, 0.012)
    for number, day in enumerate(person.days):
        gone = lost * min(1.0, max(0, number - begins) / lasts)
        day.weight = start * (1 - gone + drift * number / 365)


def add(person: LatentPerson, symptom: str, days: Iterable[int]) -> None:
    """Let the person have the symptom on these days."""
    for day in days:
        person.days[day].symptoms |= {symptom}
