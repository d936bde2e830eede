"""Did the treatment help? Each case is a history and the verdict that stands on a day."""

from collections.abc import Iterable
from typing import Any

import pytest

from alerts.rules.case import Case
from alerts.rules.history import Entry, History
from alerts.rules.treatment_record import judgements, not_responded, responded
from alerts.rules.verdicts import Verdict
from alerts.rules.welch import half_width, t_quantile
from tests.alerts.rules.histories import date, days, diary, entries, treatment


def verdict(history: History, on: int) -> Verdict:
    (judged,) = judgements(Case(history))
    return judged.verdict_on(date(on).toordinal())


def counts(history: History, on: int) -> tuple[bool, bool]:
    """Whether the trial counts as not responded, and as responded."""
    case, day = Case(history), date(on).toordinal()
    return bool(not_responded(case, day)), bool(responded(case, day))


def before_and_after(before: int, after: int, *, last: int = 40, stopped: int | None = None, **fields: Any) -> History:
    return diary(days(1, 10, worst_pain=before), days(11, last, worst_pain=after), treatment(11, stopped, **fields))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (8, 6, Verdict.RESPONDED),  # 2 points
        (8, 7, Verdict.NOT_RESPONDED),
        (3, 2, Verdict.RESPONDED),  # a third, and a whole point
        (4, 3, Verdict.NOT_RESPONDED),  # a quarter
        (6, 5, Verdict.NOT_RESPONDED),
        (5, 3, Verdict.RESPONDED),
        (5, 8, Verdict.NOT_RESPONDED),
        (0, 0, Verdict.NOT_RESPONDED),
    ],
)
def test_responded_means_two_points_or_thirty_percent_and_one(before: int, after: int, expected: Verdict) -> None:
    assert verdict(before_and_after(before, after), 24) is expected


def test_nothing_is_judged_before_the_trial_is_adequate() -> None:
    assert verdict(before_and_after(6, 6), 23) is Verdict.NOT_JUDGED
    assert verdict(before_and_after(6, 6), 24) is Verdict.NOT_RESPONDED


@pytest.mark.parametrize(("scores", "expected"), [(4, Verdict.NOT_RESPONDED), (3, Verdict.NOT_JUDGED)])
def test_each_side_needs_four_scores(scores: int, expected: Verdict) -> None:
    few_before = diary(entries(range(4, 4 + scores), worst_pain=6), days(11, 24, worst_pain=6), treatment(11))
    few_after = diary(days(1, 10, worst_pain=6), entries(range(18, 18 + scores), worst_pain=6), treatment(11))
    assert verdict(few_before, 24) is expected
    assert verdict(few_after, 24) is expected


def test_night_rest_scores_are_preferred_when_both_sides_have_them() -> None:
    history = diary(days(1, 10, worst_pain=8, night_pain=6), days(11, 24, worst_pain=8, night_pain=2), treatment(11))
    assert verdict(history, 24) is Verdict.RESPONDED


def test_worst_pain_is_used_when_one_side_has_no_night_rest_scores() -> None:
    history = diary(days(1, 10, worst_pain=8, night_pain=6), days(11, 24, worst_pain=8), treatment(11))
    assert verdict(history, 24) is Verdict.NOT_RESPONDED


def test_with_a_before_but_no_after_the_verdict_of_the_day_before_stays() -> None:
    history = diary(days(1, 10, worst_pain=6), days(11, 24, worst_pain=6), treatment(11))
    assert verdict(history, 80) is Verdict.NOT_RESPONDED


def test_the_last_verdict_stands_after_the_trial() -> None:
    worse_after_the_end = diary(
        days(1, 10, worst_pain=8), days(11, 30, worst_pain=5), days(31, 36, worst_pain=6), treatment(11, 30)
    )
    assert verdict(worse_after_the_end, 36) is Verdict.RESPONDED


def test_a_failed_trial_can_still_respond_later() -> None:
    history = diary(days(1, 10, worst_pain=8), days(11, 30, worst_pain=8), days(31, 60, worst_pain=4), treatment(11))
    assert verdict(history, 30) is Verdict.NOT_RESPONDED
    assert verdict(history, 37) is Verdict.RESPONDED


class TestUncertain:
    """A fall of 2.2 points, but from noisy days."""

    @staticmethod
    def noisy(first: int, last: int, low: int, high: int, **answers: Any) -> list[Entry]:
        return entries(range(first, last + 1, 2), worst_pain=low, **answers) + entries(
            range(first + 1, last + 1, 2), worst_pain=high, **answers
        )

    def history(self, last: int = 40, stopped: int | None = None, **answers: Any) -> History:
        return diary(self.noisy(1, 10, 4, 9, **answers), self.noisy(11, last, 2, 7, **answers), treatment(11, stopped))

    def test_the_interval_straddles_the_cut_off(self) -> None:
        assert verdict(self.history(), 24) is Verdict.UNCERTAIN

    def test_it_counts_for_nothing_without_the_pattern(self) -> None:
        assert counts(self.history(last=60), 60) == (False, False)

    def test_from_day_28_on_it_counts_as_not_responded_while_the_pattern_holds(self) -> None:
        history = self.history(last=60, woke_from_sleep=True)
        assert counts(history, 37) == (False, False)
        assert counts(history, 38) == (True, False)

    def test_a_trial_that_ended_before_day_28_never_counts(self) -> None:
        history = self.history(last=60, stopped=37, woke_from_sleep=True)
        assert counts(history, 50) == (False, False)

    def test_physiotherapy_has_until_day_56(self) -> None:
        sessions = entries((11, 18, 25, 32), treatments_taken={"p": True})
        history = diary(
            self.noisy(1, 10, 4, 9, woke_from_sleep=True),
            self.noisy(11, 80, 2, 7, woke_from_sleep=True),
            sessions,
            treatment(11, id="p", kind="physiotherapy"),
        )
        assert verdict(history, 65) is Verdict.UNCERTAIN
        assert counts(history, 65) == (False, False)
        assert counts(history, 66) == (True, False)

    def test_it_never_replaces_not_responded(self) -> None:
        history = diary(self.noisy(1, 10, 4, 9), days(11, 24, worst_pain=8), self.noisy(25, 60, 2, 7), treatment(11))
        assert verdict(history, 24) is Verdict.NOT_RESPONDED
        assert verdict(history, 60) is Verdict.NOT_RESPONDED


class TestNoBaseline:
    def test_a_recalled_score_is_compared_with_worst_pain(self) -> None:
        history = diary(days(1, 40, worst_pain=6, night_pain=2), treatment(1, recalled_score_before=7))
        assert verdict(history, 14) is Verdict.NOT_RESPONDED
        (judged,) = judgements(Case(history))
        comparison = judged.last_comparison(date(40).toordinal())
        assert comparison is not None
        assert comparison.before.low_confidence

    def test_a_recalled_score_can_show_a_response(self) -> None:
        history = diary(days(1, 40, worst_pain=5), treatment(1, recalled_score_before=7))
        assert verdict(history, 14) is Verdict.RESPONDED

    @pytest.mark.parametrize(
        ("low", "high", "expected"),
        [
            (5, 5, Verdict.RESPONDED),
            (2, 7, Verdict.UNCERTAIN),  # a mean below 5, but the scores after vary
            (3, 8, Verdict.UNCERTAIN),
            (6, 6, Verdict.NOT_RESPONDED),
        ],
    )
    def test_a_recalled_score_has_no_spread_so_only_the_scores_after_make_it_uncertain(
        self, low: int, high: int, expected: Verdict
    ) -> None:
        after = [*entries(range(1, 41, 2), worst_pain=low), *entries(range(2, 41, 2), worst_pain=high)]
        assert verdict(diary(after, treatment(1, recalled_score_before=7)), 14) is expected

    def test_a_recorded_before_is_preferred_to_a_recalled_one(self) -> None:
        assert verdict(before_and_after(6, 6, recalled_score_before=9), 24) is Verdict.NOT_RESPONDED

    def test_moderate_pain_after_four_weeks_counts_while_the_pattern_holds(self) -> None:
        history = diary(days(1, 60, worst_pain=4, woke_from_sleep=True), treatment(1))
        assert counts(history, 27) == (False, False)
        assert counts(history, 28) == (True, False)

    def test_without_the_pattern_it_does_not(self) -> None:
        assert counts(diary(days(1, 60, worst_pain=6), treatment(1)), 40) == (False, False)

    def test_mild_pain_does_not(self) -> None:
        history = diary(days(1, 60, worst_pain=3, woke_from_sleep=True), treatment(1))
        assert counts(history, 40) == (False, False)

    def test_night_rest_scores_come_before_worst_pain(self) -> None:
        history = diary(days(1, 60, worst_pain=8, night_pain=3, woke_from_sleep=True), treatment(1))
        assert counts(history, 40) == (False, False)

    def test_ten_scores_are_needed(self) -> None:
        nights = days(1, 40, woke_from_sleep=True)
        assert counts(diary(nights, days(20, 28, worst_pain=6), treatment(1)), 28) == (False, False)
        assert counts(diary(nights, days(19, 28, worst_pain=6), treatment(1)), 28) == (True, False)


class TestRelapse:
    """Pain of 7 falls to 4 with the treatment and later comes back."""

    @staticmethod
    def history(
        back: int = 7,
        *,
        from_day: int = 27,
        last: int = 60,
        stopped: int | None = None,
        then: Iterable[list[Entry]] = (),
    ) -> History:
        return diary(
            days(1, 10, worst_pain=7),
            days(11, from_day - 1, worst_pain=4),
            days(from_day, last, worst_pain=back),
            treatment(11, stopped),
            *then,
        )

    def test_it_suspends_the_response_at_once(self) -> None:
        assert verdict(self.history(), 30) is Verdict.RESPONDED
        assert verdict(self.history(), 31) is Verdict.RELAPSING  # five days of 7: a mean of 6.1
        assert counts(self.history(), 31) == (False, False)

    def test_lasting_14_days_on_treatment_it_becomes_not_responded(self) -> None:
        assert verdict(self.history(), 44) is Verdict.RELAPSING
        assert verdict(self.history(), 45) is Verdict.NOT_RESPONDED

    def test_a_shorter_one_lets_the_response_stand_again(self) -> None:
        history = self.history(last=40, then=(days(41, 80, worst_pain=4),))
        assert verdict(history, 80) is Verdict.RESPONDED

    @pytest.mark.parametrize(("days_of_three", "expected"), [(6, Verdict.RESPONDED), (7, Verdict.RELAPSING)])
    def test_exactly_one_point_above_the_first_after_is_one(self, days_of_three: int, expected: Verdict) -> None:
        history = diary(
            days(1, 10, worst_pain=3), days(11, 30, worst_pain=2), days(31, 60, worst_pain=3), treatment(11)
        )
        assert verdict(history, 30 + days_of_three) is expected

    def test_less_than_one_point_above_the_first_after_is_none(self) -> None:
        history = diary(days(1, 10, worst_pain=3), days(11, 60, worst_pain=2), treatment(11))
        assert verdict(history, 60) is Verdict.RESPONDED

    def test_more_than_one_point_below_the_before_is_none(self) -> None:
        assert verdict(self.history(back=5), 60) is Verdict.RESPONDED

    def test_exactly_one_point_below_the_before_is_one(self) -> None:
        assert verdict(self.history(back=6), 33) is Verdict.RELAPSING

    def test_after_the_last_day_it_ends_the_response_for_good(self) -> None:
        history = self.history(from_day=31, last=37, stopped=30, then=(days(38, 60, worst_pain=4),))
        assert counts(history, 34) == (False, True)
        assert counts(history, 35) == (False, False)
        assert counts(history, 50) == (False, False)

    def test_a_response_can_be_found_again(self) -> None:
        history = self.history(last=50, then=(days(51, 70, worst_pain=3),))
        assert verdict(history, 50) is Verdict.NOT_RESPONDED
        assert verdict(history, 57) is Verdict.RESPONDED


class TestHowLongAVerdictCounts:
    def test_not_responded_counts_90_days_after_the_trial(self) -> None:
        history = before_and_after(6, 6, last=150, stopped=30)
        assert counts(history, 120) == (True, False)
        assert counts(history, 121) == (False, False)

    def test_responded_counts_28_days_after_the_trial(self) -> None:
        history = before_and_after(6, 3, last=150, stopped=30)
        assert counts(history, 58) == (False, True)
        assert counts(history, 59) == (False, False)

    def test_a_lowered_dose_ends_the_trial_and_begins_none(self) -> None:
        history = diary(
            days(1, 200, worst_pain=6),
            treatment(11, 30, daily_dose=1200, dose_unit="mg"),
            treatment(31, daily_dose=800, dose_unit="mg"),
        )
        assert counts(history, 30 + 90) == (True, False)
        assert counts(history, 30 + 91) == (False, False)

    def test_a_running_trial_counts_as_long_as_it_runs(self) -> None:
        assert counts(before_and_after(6, 6, last=300), 300) == (True, False)


def test_overlapping_treatments_are_judged_each_from_its_own_start() -> None:
    history = diary(
        days(1, 30, worst_pain=7),
        days(31, 60, worst_pain=4),
        treatment(11, name="ibuprofen"),
        treatment(31, name="pregabalin"),
    )
    first, second = judgements(Case(history))
    on = date(60).toordinal()
    assert (first.verdict_on(date(24).toordinal()), first.verdict_on(on)) == (Verdict.NOT_RESPONDED, Verdict.RESPONDED)
    assert second.verdict_on(on) is Verdict.RESPONDED


@pytest.mark.parametrize(("freedom", "expected"), [(3, 1.6377), (4, 1.5332), (6, 1.4398), (9.5, 1.3774), (12, 1.3562)])
def test_students_t(freedom: float, expected: float) -> None:
    assert t_quantile(freedom) == pytest.approx(expected, abs=5e-4)


def test_two_equal_samples_of_seven_have_twelve_degrees_of_freedom() -> None:
    scores = [4, 5, 6, 5, 4, 6, 5]
    variance = 4 / 6
    assert half_width(scores, scores) == pytest.approx(1.3562 * (2 * variance / 7) ** 0.5, abs=5e-4)


def test_a_single_score_adds_no_spread_and_no_degrees_of_freedom() -> None:
    scores = [4, 5, 6, 5, 4, 6, 5]
    variance = 4 / 6
    assert half_width([7], scores) == pytest.approx(1.4398 * (variance / 7) ** 0.5, abs=5e-4)
    assert half_width([7], [5, 5, 5, 5]) == 0


def test_scores_that_do_not_vary_leave_no_doubt() -> None:
    assert half_width([6, 6, 6, 6], [5, 5, 5, 5]) == 0
