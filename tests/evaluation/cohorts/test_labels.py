"""The labels: on which days a true state meets a rule, told in days from 0."""

from typing import Any

import pytest

from evaluation.cohorts.labels import LatentRules
from evaluation.cohorts.latent import LatentDay, LatentEvent, LatentPerson, LatentTreatment


def person(days: list[LatentDay], *events: LatentEvent, treatment: LatentTreatment | None = None) -> LatentPerson:
    profile: dict[str, Any] = {"birth_year": 1990}
    return LatentPerson("p", "made", profile, days, [treatment] if treatment else [], list(events))


def nights(count: int, worst: int = 6, **state: Any) -> list[LatentDay]:
    return [LatentDay(worst=worst, night=5, sites=("lower_back",), **state) for _ in range(count)]


def quiet(count: int, **state: Any) -> list[LatentDay]:
    return [LatentDay(worst=2, sites=("lower_back",), **state) for _ in range(count)]


def first(someone: LatentPerson) -> dict[str, int]:
    return {rule: days[0] for rule, days in LatentRules(someone).met().items() if days}


def visit(day: int) -> LatentEvent:
    return LatentEvent("doctor_visit", day)


def tablets(start: int, stop: int) -> LatentTreatment:
    return LatentTreatment("1", "medication", "Ibuprofen", start, stop)


def test_six_weeks_of_nights_meet_the_rule_on_the_forty_second() -> None:
    assert first(person(nights(60))) == {"night_rest_persistent": 41}


def test_a_treatment_that_changes_nothing_meets_the_core_rule_once_it_is_adequate() -> None:
    assert first(person(nights(60), treatment=tablets(10, 59))) == {"night_rest_not_responding": 23}


def test_a_treatment_that_helps_holds_six_weeks_of_nights_back() -> None:
    helped = nights(10, worst=9) + [LatentDay(worst=3, night=3, woke=True) for _ in range(50)]
    assert "night_rest_not_responding" not in first(person(helped, treatment=tablets(10, 59)))
    assert "night_rest_persistent" not in first(person(helped, treatment=tablets(10, 59)))


@pytest.mark.parametrize(("day", "holds"), [(-400, True), (-10, False), (0, False)])
def test_a_visit_of_the_last_year_asks_for_change(day: int, holds: bool) -> None:
    assert bool(first(person(nights(60), visit(day)))) is holds


@pytest.mark.parametrize(("day", "holds"), [(-356, False), (-357, True)])
def test_beyond_a_year_it_does_so_when_a_month_was_known_within_it(day: int, holds: bool) -> None:
    assert bool(first(person(nights(60), visit(day)))) is holds


def due(someone: LatentPerson) -> list[int]:
    rules = LatentRules(someone)
    return rules.old_and_still_there(rules.met())


def test_an_old_visit_and_a_pattern_that_stays_ask_for_a_check_up() -> None:
    assert due(person(nights(420), visit(30)))[0] == 396
    assert due(person(nights(396), visit(30))) == []
    assert due(person(quiet(420), visit(30))) == []
    assert due(person(nights(420))) == []


def test_change_is_an_alarm_and_no_check_up() -> None:
    worse = person(nights(370, worst=4) + nights(80, worst=9), visit(1))
    assert due(worse)
    assert due(worse)[-1] < LatentRules(worse).met()["night_rest_persistent"][0]


def test_two_points_more_for_two_weeks_are_change() -> None:
    worse = nights(30, worst=4) + nights(90, worst=9)
    met = LatentRules(person(worse, visit(20))).met()["night_rest_persistent"]
    assert met
    assert met[0] > 50


def test_quiet_days_meet_nothing() -> None:
    assert first(person(quiet(200))) == {}


def test_weight_that_is_lost_over_three_months_counts_beside_back_pain() -> None:
    losing = [LatentDay(sites=("lower_back",), worst=2, weight=80 - 4 * min(1, day / 100)) for day in range(200)]
    assert 70 < first(person(losing))["weight_loss"] < 130


def test_a_cough_of_six_weeks_counts_for_somebody_of_forty_who_smoked() -> None:
    smoker = person(quiet(80, symptoms=frozenset({"cough"})))
    assert first(smoker) == {}
    smoker.profile |= {"birth_year": 1970, "smoking": "former"}
    assert first(smoker) == {"lung_symptoms": 41}


def test_pain_after_a_fall_that_is_still_there_a_week_later() -> None:
    days = quiet(20) + nights(12, worst=6)
    elder = person(days, LatentEvent("fall", 20, trauma="minor"))
    assert "minor_trauma_older" not in first(elder)
    elder.profile["birth_year"] = 1960
    assert first(elder)["minor_trauma_older"] == 27
