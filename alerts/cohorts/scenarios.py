"""The cohorts there are: who is in them, and how they keep their diaries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from alerts.cohorts.benign import benign_person
from alerts.cohorts.latent import LatentPerson
from alerts.cohorts.malignant import malignant_person
from alerts.cohorts.planting import plant


@dataclass(frozen=True, slots=True)
class Scenario:
    """Who is drawn, and what is missing of what they report."""

    name: str
    malignant: float = 0.5
    """Share of people with a tumour; far more than in life, so that both figures can be measured."""
    missing: float = 0.0
    adherent: bool = False
    """Whether people keep the diary as people do, with few answers, late entries and drop-out."""
    clinic: bool = False
    planted: bool = False


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("complete"),
        Scenario("missing-30", missing=0.30),
        Scenario("missing-50", missing=0.50),
        Scenario("realistic", adherent=True),
        Scenario("stress", malignant=0.0, clinic=True),
        Scenario("triggers", malignant=0.0, planted=True),
        Scenario("malignant-only", malignant=1.0),
        Scenario("benign-only", malignant=0.0),
    )
}


def people(scenario: Scenario, *, seed: int, count: int) -> Iterator[LatentPerson]:
    """The people of a cohort. The same seed gives the same people however their diaries are kept."""
    for number in range(count):
        yield person(scenario, seed=seed, number=number)


def person(scenario: Scenario, *, seed: int, number: int) -> LatentPerson:
    """One person of a cohort."""
    random = Random(f"{seed}/{number}")
    name = f"{seed}-{number}"
    if random.random() < scenario.malignant:
        return malignant_person(random, name)
    drawn = benign_person(random, name, clinic=scenario.clinic)
    if scenario.planted:
        plant(random, drawn)
    return drawn
