"""The cohorts there are: who is in them, and how they keep their diaries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from evaluation.cohorts.benign import YEAR, benign_person
from evaluation.cohorts.choices import PLAUSIBLE, Choices
from evaluation.cohorts.latent import LatentPerson
from evaluation.cohorts.malignant import malignant_person
from evaluation.cohorts.planting import plant


@dataclass(frozen=True, slots=True)
class People:
    """Who is drawn."""

    malignant: float = 0.5
    """Share of people with a tumour; far more than in life, so that both figures can be measured."""
    clinic: bool = False
    """Whether their nights are those of a back-pain clinic."""
    planted: bool = False
    """Whether danger signs and near-misses are planted on known days."""
    years: int = 1
    """How long ordinary pain is written about."""
    lumbar: bool = False
    """Whether tumours are in the lumbar spine first, instead of the thoracic."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Who is drawn, by which choices, and what is missing of what they report."""

    name: str
    people: People = People()
    missing: float = 0.0
    whole: bool = False
    """Whether every question of an entry is answered."""
    adherent: bool = False
    """Whether people keep the diary as people do, with few answers, late entries and drop-out."""
    choices: Choices = PLAUSIBLE


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("complete", whole=True),
        Scenario("missing-30", missing=0.30),
        Scenario("missing-50", missing=0.50),
        Scenario("realistic", adherent=True),
        Scenario("stress", People(malignant=0.0, clinic=True)),
        Scenario("triggers", People(malignant=0.0, planted=True), whole=True),
        Scenario("malignant-only", People(malignant=1.0)),
        Scenario("benign-only", People(malignant=0.0)),
        Scenario("years", People(malignant=0.0, years=4), missing=0.30),
        Scenario("lumbar-first", People(malignant=1.0, lumbar=True)),
        Scenario("unexamined", choices=replace(PLAUSIBLE, examined=0.0)),
    )
}


def person(scenario: Scenario, *, seed: int, number: int) -> LatentPerson:
    """One person of a cohort. The same seed gives the same people however their diaries are kept."""
    random, who = Random(f"{seed}/{number}"), scenario.people
    name = f"{seed}-{number}"
    if random.random() < who.malignant:
        return malignant_person(random, name, scenario.choices, lumbar=who.lumbar)
    drawn = benign_person(random, name, scenario.choices, clinic=who.clinic, length=YEAR * who.years)
    if who.planted:
        plant(random, drawn)
    return drawn
