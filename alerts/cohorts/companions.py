"""What comes beside the pain: colds, coughs that stay, tiredness, and weight."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from alerts.cohorts.latent import LatentPerson
from alerts.cohorts.swings import spells

CASES = {"cough": 0.65, "breathlessness": 0.56, "chest_pain": 0.42, "fatigue": 0.35}
CONTROLS = {"breathlessness": 0.16, "chest_pain": 0.13, "fatigue": 0.15}
"""Shares with the symptom before the diagnosis and among controls (Hamilton 2005); coughs of controls are colds."""
WITHOUT_ANY = 0.20
"""At least a fifth of the cases have none."""
LOSING_WEIGHT = 0.27
COUGHING_BLOOD = 0.20


def everyday_companions(random: Random, person: LatentPerson) -> None:
    """What people without a serious cause note: colds, a known lung condition, low spirits."""
    length = len(person.days)
    add(person, "cough", spells(random, length, random.uniform(1, 3), (7, 28)))
    if random.random() < 0.06:
        person.profile["long_term_lung_condition"] = random.random() < 0.8 or None
        add(person, "cough", (day for day in range(length) if random.random() < 0.8))
    if random.random() < 0.05:
        add(person, "fatigue", (day for day in range(length) if random.random() < 0.8))
    for symptom, share in CONTROLS.items():
        if random.random() < share:
            add(person, symptom, spells(random, length, 1.5, (3, 21)))


def cancer_companions(random: Random, person: LatentPerson) -> None:
    """Companions of a tumour: each begins at its own time and stays on most days."""
    everyday_companions(random, person)
    if random.random() < WITHOUT_ANY:
        return
    length = len(person.days)
    for symptom, share in CASES.items():
        if random.random() < share / (1 - WITHOUT_ANY):
            begins = int(length * random.uniform(0.1, 0.9))
            add(person, symptom, (day for day in range(begins, length) if random.random() < 0.85))
    if random.random() < COUGHING_BLOOD / (1 - WITHOUT_ANY):
        add(person, "coughing_blood", random.sample(range(length * 2 // 3, length), k=3))


def weights(random: Random, person: LatentPerson, *, dieting: bool = False, wasting: bool = False) -> None:
    """A weight that drifts a little, falls with a diet for a while, or wastes over the second half."""
    start, length = random.gauss(78, 13), len(person.days)
    begins = random.randrange(length // 2) if dieting else length // 2
    lost = random.uniform(0.04, 0.10 if dieting else 0.14) if dieting or wasting else 0.0
    if dieting:
        person.profile["losing_weight_on_purpose"] = random.random() < 0.85 or None
    drift = random.uniform(-0.012, 0.012)
    lasts = 90 if dieting else max(1, length - begins)
    for number, day in enumerate(person.days):
        gone = lost * min(1.0, max(0, number - begins) / lasts)
        day.weight = max(40.0, start) * (1 - gone + drift * number / 365)


def add(person: LatentPerson, symptom: str, days: Iterable[int]) -> None:
    """Let the person have the symptom on these days."""
    for day in days:
        person.days[day].symptoms |= {symptom}
