"""Synthetic people and their diaries look as they should, and are the same for the same seed."""

import json
from statistics import mean

import pytest

from alerts.cohorts.benign import COURSES
from alerts.cohorts.latent import LatentPerson
from alerts.cohorts.planting import SIGNS
from alerts.cohorts.reporting import report
from alerts.cohorts.scenarios import SCENARIOS, people
from alerts.rules.registry import RULES
from diary.document import Document, parse

SEED = 11


@pytest.fixture(scope="module")
def drawn() -> list[LatentPerson]:
    return list(people(SCENARIOS["complete"], seed=SEED, count=150))


def diaries(scenario: str, count: int = 12) -> list[Document]:
    """Each of them is a good diary document."""
    chosen = SCENARIOS[scenario]
    drawn = people(chosen, seed=SEED, count=count)
    return [parse(json.dumps(report(person, chosen)[0]).encode()) for person in drawn]


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    scenario = SCENARIOS["missing-30"]
    first, again, other = (
        [report(person, scenario) for person in people(scenario, seed=seed, count=2)] for seed in (1, 1, 2)
    )
    assert first == again != other


def test_the_shares_of_the_classes_add_up() -> None:
    assert sum(course.share for course in COURSES.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("kind", "worst", "nights"),
    [
        ("persistent mild", (1, 3), (0.02, 0.2)),
        ("recovering", (0, 2), (0, 0.15)),
        ("severe chronic", (6, 8.5), (0.3, 0.8)),
        ("fluctuating", (3, 6), (0.15, 0.5)),
        ("malignant", (4, 8), (0.45, 0.75)),
    ],
)
def test_each_class_hurts_as_it_should(
    drawn: list[LatentPerson], kind: str, worst: tuple[float, float], nights: tuple[float, float]
) -> None:
    days = [day for person in drawn if person.kind == kind for day in person.days]
    assert worst[0] < mean(day.worst for day in days) < worst[1]
    assert nights[0] <= mean(day.positive for day in days) < nights[1]


def test_malignant_diaries_end_with_the_diagnosis_after_three_to_eighteen_months(drawn: list[LatentPerson]) -> None:
    lengths = [len(person.days) for person in drawn if person.malignant]
    assert all(91 <= length <= 548 for length in lengths)
    assert all(person.diagnosis == len(person.days) for person in drawn if person.malignant)


@pytest.mark.parametrize(("scenario", "kept"), [("complete", 1.0), ("missing-30", 0.7), ("missing-50", 0.5)])
def test_so_many_days_are_missing(scenario: str, kept: float) -> None:
    chosen = SCENARIOS[scenario]
    shares = [len(report(one, chosen)[1].arrivals) / len(one.days) for one in people(chosen, seed=SEED, count=40)]
    assert mean(shares) == pytest.approx(kept, abs=0.08)


@pytest.mark.parametrize("scenario", list(SCENARIOS))
def test_every_scenario_gives_good_documents(scenario: str) -> None:
    assert all(document.entries for document in diaries(scenario))


def test_planted_signs_name_rules_that_there_are() -> None:
    assert set(SIGNS.values()) <= set(RULES)
    assert all(len(person.triggers) == 3 for person in people(SCENARIOS["triggers"], seed=SEED, count=5))
