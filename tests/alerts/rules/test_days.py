from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

import pytest

from alerts.rules.days import back_pain, days_of, flank_pain, merged, night_rest, night_rest_score
from alerts.rules.history import Answers, Entry
from tests.alerts.rules.histories import date, entry


def day_of(*entries: Entry) -> Answers:
    (day,) = days_of(entries).values()
    return day


def weighed(hour: int, weight: float, *, zone: tzinfo = UTC) -> Entry:
    return Entry(
        id=f"{hour}-{weight}", date=date(1), recorded_at=datetime(2024, 1, 1, hour, tzinfo=zone), weight_kg=weight
    )


def test_the_highest_answered_score_wins() -> None:
    assert day_of(entry(1, worst_pain=3), entry(1, worst_pain=7), entry(1)).worst_pain == 7


def test_an_unanswered_score_is_not_zero() -> None:
    assert day_of(entry(1, worst_pain=3), entry(1, night_pain=0)).rest_pain is None


@pytest.mark.parametrize(
    ("answers", "merged_answer"),
    [
        ((True, False), True),
        ((False, None), False),
        ((None, True), True),
        ((False, False), False),
        ((None, None), None),
    ],
)
def test_yes_beats_no_and_no_beats_unanswered(answers: list[bool | None], merged_answer: bool | None) -> None:
    day = merged([entry(1, woke_from_sleep=answer) for answer in answers])
    assert day.woke_from_sleep is merged_answer


@pytest.mark.parametrize("first", [True, False])
def test_symptoms_and_treatments_merge_the_same_way(first: bool) -> None:
    day = day_of(
        entry(1, symptoms={"cough": first, "fever": False}, treatments_taken={"a": first}),
        entry(1, symptoms={"cough": not first}, treatments_taken={"a": not first}),
    )
    assert day.symptoms == {"cough": True, "fever": False}
    assert day.treatments_taken == {"a": True}


def test_every_named_site_is_a_yes() -> None:
    day = day_of(entry(1, sites=("neck",)), entry(1, sites=()), entry(1))
    assert day.sites == ("neck",)


def test_the_last_recorded_weight_counts_whatever_the_order() -> None:
    assert day_of(weighed(8, 80.0), weighed(20, 79.0)).weight_kg == 79.0
    assert day_of(weighed(20, 79.0), weighed(8, 80.0)).weight_kg == 79.0


def test_recorded_last_is_judged_across_time_zones() -> None:
    earlier_by_the_clock = weighed(9, 79.0, zone=timezone(timedelta(hours=-8)))
    assert day_of(weighed(12, 80.0), earlier_by_the_clock).weight_kg == 79.0


def test_a_day_without_an_answer_is_no_day() -> None:
    assert days_of([entry(1), entry(2, worst_pain=0)]).keys() == {date(2).toordinal()}


def test_naming_no_place_is_an_answer() -> None:
    assert days_of([entry(1, sites=())])


@pytest.mark.parametrize(
    ("answers", "positive"),
    [
        ({}, None),
        ({"worst_pain": 9, "movement_pain": 9}, None),
        ({"night_pain": 4}, True),
        ({"night_pain": 3}, False),
        ({"rest_pain": 4}, True),
        ({"rest_pain": 0}, False),
        ({"woke_from_sleep": True}, True),
        ({"woke_from_sleep": False}, False),
        ({"woke_from_sleep": False, "rest_pain": 5}, True),
    ],
)
def test_the_night_rest_answer(answers: dict[str, Any], positive: bool | None) -> None:
    assert night_rest(Answers(**answers)) is positive


@pytest.mark.parametrize(
    ("night", "rest", "score"), [(3, 5, 5), (5, 3, 5), (None, 2, 2), (2, None, 2), (0, None, 0), (None, None, None)]
)
def test_the_night_rest_score_is_the_higher(night: int | None, rest: int | None, score: int | None) -> None:
    assert night_rest_score(Answers(night_pain=night, rest_pain=rest)) == score


@pytest.mark.parametrize(
    ("sites", "back", "flank"),
    [
        (None, None, None),
        ((), False, False),
        (("hip", "chest"), False, False),
        (("lower_back",), True, False),
        (("neck",), True, False),
        (("left_flank",), True, True),
        (("hip", "right_flank"), True, True),
    ],
)
def test_back_and_flank(sites: tuple[str, ...] | None, back: bool | None, flank: bool | None) -> None:
    assert back_pain(Answers(sites=sites)) is back
    assert flank_pain(Answers(sites=sites)) is flank
