"""Weight loss in kilograms too: beside the active version, at the thresholds."""

import pytest

from alerts.rules.candidates import candidate_of
from alerts.rules.history import History
from alerts.rules.registry import rules_with
from alerts.rules.screening import screen
from tests.alerts.rules.histories import day, diary, entries, found_on, visit

RULE = "weight_loss"


def found(history: History) -> list[int]:
    rules = rules_with(candidate_of(RULE, 3))
    return [day(finding.met_on) for finding in screen(history, rules=rules) if finding.rule == RULE]


def three_months(then: float, now: float, *, weights: int = 3) -> History:
    before = entries(range(1, weights + 1), weight_kg=then, sites=("lower_back",))
    return diary(before, entries((90, 94, 97), weight_kg=now, sites=("lower_back",)))


@pytest.mark.parametrize(
    ("then", "now", "first"),
    [(80.0, 77.6, [97]), (80.0, 77.7, []), (60.0, 58.0, [97]), (60.0, 58.1, []), (45.0, 43.5, [])],
)
def test_three_percent_must_also_be_two_kilograms(then: float, now: float, first: list[int]) -> None:
    assert found(three_months(then, now)) == first


def test_three_percent_of_a_light_person_is_enough_for_the_active_version() -> None:
    assert found_on(RULE, three_months(45.0, 43.5)) == [97]


def test_two_older_weights_are_too_few() -> None:
    assert found_on(RULE, three_months(80.0, 75.0, weights=2)) == [97]
    assert found(three_months(80.0, 75.0, weights=2)) == []


def test_five_percent_in_half_a_year_needs_no_back_pain() -> None:
    before = entries((100, 110, 120), weight_kg=50.0)
    assert found(diary(before, entries((390, 395, 400), weight_kg=47.5))) == [400]
    assert found(diary(before, entries((390, 395, 400), weight_kg=48.1))) == []


def test_a_loss_that_a_doctor_already_saw_is_not_new() -> None:
    seen = diary(
        entries(range(1, 4), weight_kg=80.0, sites=("lower_back",)),
        entries((90, 94, 97, 101, 105), weight_kg=76.0, sites=("lower_back",)),
        visit(98),
    )
    assert found(seen) == [97]
