"""Has a doctor looked at it? While an assessment is in force, a pattern must also have changed since."""

from typing import Any

import pytest

from alerts.rules.assessments import any_after, assessment_days, latest_assessment
from alerts.rules.case import Case
from alerts.rules.history import Answers, Entry, Event, History
from alerts.rules.in_force import assessment_in_force, assessment_of_the_year
from alerts.rules.screening import screen
from alerts.rules.series import Series
from alerts.rules.words import BEFORE_THE_DIARY, new_since, newly_yes, reference, value_28
from tests.alerts.rules.histories import date, days, diary, entries, event, found_on, treatment, visit

CORE = "night_rest_not_responding"


def nights(first: int, last: int, worst_pain: int = 5, **answers: Any) -> list[Entry]:
    return days(first, last, worst_pain=worst_pain, woke_from_sleep=True, **answers)


def tried(*parts: list[Entry] | Event, **profile: Any) -> History:
    """A treatment from day 11 on that never helps."""
    return diary(*parts, treatment(11), **profile)


class TestWhichAssessmentIsInForce:
    def test_a_visit_is_one_unless_it_was_about_something_else(self) -> None:
        events = [
            visit(5),
            visit(6, about_this_pain=True),
            visit(7, about_this_pain=False),
            event("imaging", 8),
        ]
        assert assessment_days(events) == [date(5).toordinal(), date(6).toordinal()]

    @pytest.mark.parametrize(("on", "expected"), [(9, None), (10, 10), (19, 10), (20, 20), (900, 20)])
    def test_the_latest_on_or_before_the_day(self, on: int, expected: int | None) -> None:
        assert latest_assessment([10, 20], on) == expected

    @staticmethod
    def in_force(on: int, *parts: list[Entry] | Event) -> bool:
        return assessment_in_force(Case(diary(visit(10), *parts)), date(on).toordinal()) == date(10).toordinal()

    def test_it_is_for_a_year_whatever_is_written(self) -> None:
        assert self.in_force(375)
        assert not self.in_force(376)

    @pytest.mark.parametrize("question", ["worst_pain", "night_pain"])
    def test_beyond_that_when_a_28_day_value_ended_within_a_year(self, question: str) -> None:
        assert self.in_force(376, days(366, 375, **{question: 3}))
        assert self.in_force(3000, days(366, 375, **{question: 3}))
        assert not self.in_force(376, days(367, 376, **{question: 3}))

    def test_ten_answers_within_28_days_make_a_value_and_nine_none(self) -> None:
        assert self.in_force(376, days(366, 374, worst_pain=3), days(348, 348, worst_pain=3))
        assert not self.in_force(376, days(366, 374, worst_pain=3), days(346, 346, worst_pain=3))

    def test_a_value_that_ends_on_the_day_of_the_visit_counts_though_nothing_follows(self) -> None:
        assert self.in_force(376, days(-17, -8, worst_pain=3))
        assert not self.in_force(376, days(-18, -9, worst_pain=3))

    def test_other_answers_keep_no_assessment_in_force(self) -> None:
        assert not self.in_force(376, days(11, 200, worse_lying_down=True, cough=True, movement_pain=5))

    def test_only_the_latest_counts_however_the_diary_was_kept_under_one_before(self) -> None:
        case = Case(diary(visit(10), visit(400), days(11, 60, worst_pain=3)))
        assert assessment_in_force(case, date(765).toordinal()) == date(400).toordinal()
        assert assessment_in_force(case, date(766).toordinal()) is None

    @pytest.mark.parametrize(("on", "expected"), [(375, True), (376, False)])
    def test_in_version_1_it_lapsed_after_a_year(self, on: int, expected: bool) -> None:
        case = Case(diary(visit(10), days(11, 600, worst_pain=3)))
        assert (assessment_of_the_year(case, date(on).toordinal()) is not None) is expected

    @pytest.mark.parametrize(
        ("last", "on", "expected"), [(9, 10, True), (10, 19, False), (10, 20, True), (9, 9, False)]
    )
    def test_one_after_another_day(self, last: int, on: int, expected: bool) -> None:
        assert any_after([10, 20], last, on) is expected


class TestTheReference:
    @staticmethod
    def scores(*runs: tuple[int, int, int]) -> Series:
        answered = [Answers(worst_pain=pain) for first, last, pain in runs for _ in range(first, last + 1)]
        numbers = [on for first, last, _ in runs for on in range(first, last + 1)]
        return Series(numbers, answered, lambda answers: answers.worst_pain)

    def test_a_28_day_value_needs_ten_answers(self) -> None:
        assert value_28(self.scores((1, 9, 5)), 9) is None
        assert value_28(self.scores((1, 10, 5)), 10) == 5
        assert value_28(self.scores((1, 10, 5)), 28) == 5
        assert value_28(self.scores((1, 10, 5)), 29) is None

    def test_it_is_the_last_value_that_ended_on_or_before_the_visit(self) -> None:
        assert reference(self.scores((1, 28, 3), (29, 60, 9)), since=28, day=60) == (3, 28)

    def test_it_may_have_ended_long_before(self) -> None:
        assert reference(self.scores((1, 28, 3), (80, 100, 9)), since=70, day=100) == (3, 46)

    def test_without_one_it_is_the_first_that_ends_after_the_visit(self) -> None:
        assert reference(self.scores((5, 40, 3)), since=2, day=40) == (3, 14)

    def test_changes_count_from_the_day_after_that(self) -> None:
        assert reference(self.scores((5, 40, 3)), since=2, day=14) is None
        assert reference(self.scores((5, 40, 3)), since=2, day=15) == (3, 14)

    def test_without_ten_answers_there_is_none(self) -> None:
        assert reference(self.scores((5, 12, 3)), since=2, day=40) is None

    @pytest.mark.parametrize(("yes", "new"), [(1, True), (2, False)])
    def test_new_since_means_under_a_fifth_at_the_reference(self, yes: int, new: bool) -> None:
        answers = [Answers(woke_from_sleep=number < yes) for number in range(10)]
        series = Series(list(range(1, 11)), answers, lambda one: one.woke_from_sleep)
        assert new_since(series, 10, 20) is new
        assert new_since(series, BEFORE_THE_DIARY, 20) is new
        assert new_since(series, BEFORE_THE_DIARY, 10) is False

    def test_newly_yes(self) -> None:
        series = Series([1, 15, 16, 31], [Answers(woke_from_sleep=True)] * 4, lambda one: one.woke_from_sleep)
        assert [on for on in series.days if newly_yes(series, on)] == [1, 31]


class TestTheNightRestRules:
    def test_nothing_changed_since_a_visit_before_the_diary(self) -> None:
        assert found_on(CORE, tried(visit(-20), nights(1, 120))) == []

    def test_two_points_more_for_two_weeks(self) -> None:
        history = tried(visit(40), nights(1, 40), nights(41, 100, worst_pain=7))
        # day 68: the first mean of 7 over four weeks; day 81: the fourteenth
        assert found_on(CORE, history) == [24, 81]

    def test_two_points_more_for_thirteen_days(self) -> None:
        history = tried(visit(40), nights(1, 40), nights(41, 80, worst_pain=7))
        assert found_on(CORE, history) == [24]

    def test_one_point_more(self) -> None:
        assert found_on(CORE, tried(visit(40), nights(1, 40), nights(41, 120, worst_pain=6))) == [24]

    def test_one_and_a_half_points_and_thirty_percent_more_nights(self) -> None:
        half = diary(
            entries(range(1, 41, 2), worst_pain=5, woke_from_sleep=True),
            entries(range(2, 41, 2), worst_pain=5, woke_from_sleep=False),
            entries(range(41, 101, 2), worst_pain=6, woke_from_sleep=True),
            entries(range(42, 101, 2), worst_pain=7, woke_from_sleep=True),
            treatment(11),
            visit(40),
        )
        assert found_on(CORE, half) == [24, 81]

    def test_one_and_a_half_points_without_more_nights(self) -> None:
        history = tried(
            visit(40),
            nights(1, 40),
            entries(range(41, 101, 2), worst_pain=6, woke_from_sleep=True),
            entries(range(42, 101, 2), worst_pain=7, woke_from_sleep=True),
        )
        assert found_on(CORE, history) == [24]

    def test_a_companion_new_since_and_there_for_six_weeks(self) -> None:
        history = tried(visit(40), nights(1, 40, cough=False), nights(41, 100, cough=True))
        assert found_on(CORE, history) == [24, 82]

    def test_fatigue_does_not_count(self) -> None:
        history = tried(visit(40), nights(1, 40, fatigue=False), nights(41, 100, fatigue=True))
        assert found_on(CORE, history) == [24]

    def test_a_cough_the_doctor_knew_does_not_count(self) -> None:
        assert found_on(CORE, tried(visit(40), nights(1, 100, cough=True))) == [24]

    def test_a_visit_that_the_diary_was_not_kept_under_holds_nothing_back_after_a_year(self) -> None:
        assert found_on(CORE, tried(visit(-355), nights(1, 60))) == []
        assert found_on(CORE, tried(visit(-356), nights(1, 60))) == [24]

    def test_years_after_a_visit_it_still_takes_change(self) -> None:
        assert found_on(CORE, tried(visit(40), nights(1, 1400))) == [24]
        worse = tried(visit(40), nights(1, 1000), nights(1001, 1100, worst_pain=7))
        assert found_on(CORE, worse) == [24, 1041]

    def test_a_visit_about_something_else_holds_nothing_back(self) -> None:
        assert found_on(CORE, tried(visit(-20, about_this_pain=False), nights(1, 60))) == [24]

    def test_a_new_site_is_no_change(self) -> None:
        history = tried(visit(40), nights(1, 40, sites=("lower_back",)), nights(41, 120, sites=("mid_back",)))
        assert found_on(CORE, history) == [24]

    def test_the_finding_says_since_when_what_changed_and_what_was_compared(self) -> None:
        history = tried(visit(40), nights(1, 40, cough=False), nights(41, 100, cough=True))
        latest = [finding for finding in screen(history) if finding.rule == CORE][-1]
        steady = {"reference_ended_on": "2024-02-09"}
        assert latest.counts["changed_since_assessment"] == {
            "met": True,
            "since": "2024-02-09",
            "found": ["cough"],
            "cough": {"value": 1.0, "reference": 0.0, "reference_below": 0.2, **steady},
            "night_rest": {"value": 1.0, "reference": 1.0, "rise_needed": 0.3, **steady},
            "worst_pain": {
                "value": 5.0,
                "reference": 5.0,
                "rise_needed": 2.0,
                **steady,
                "rise_needed_with_nights": 1.5,
                "days_needed": 14,
            },
        }


class TestWorseningPain:
    @staticmethod
    def steps(*parts: Event) -> History:
        levels = [days(28 * block + 1, 28 * block + 28, worst_pain=pain) for block, pain in enumerate((3, 4, 5, 6))]
        return diary(*levels, *parts, birth_year=1960)

    def test_two_points_above_the_reference(self) -> None:
        assert found_on("worsening_pain", self.steps(visit(28))) == [84]

    def test_less_than_two_points_above_the_reference(self) -> None:
        assert found_on("worsening_pain", self.steps(visit(56))) == [112]


def test_a_case_knows_its_assessments() -> None:
    assert Case(diary(visit(5), visit(9, about_this_pain=False))).assessments == [date(5).toordinal()]
