"""Windows counted for all days at once are the windows counted one by one."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules.checks import Quota
from alerts.rules.series import LONGEST_WINDOW, Series

answers_by_day = st.dictionaries(st.integers(1000, 1200) | st.integers(40_000, 40_040), st.booleans(), max_size=60)
lengths = st.sampled_from([1, 7, 28])


def series(answers: Mapping[int, bool], *, whole: bool) -> Series:
    """Every third day of the diary leaves the question unanswered."""
    days = sorted(answers)
    return Series(days, [None if day % 3 == 0 else answers[day] for day in days], lambda said: said, whole=whole)


def days_about(answers: Mapping[int, bool]) -> list[int]:
    return sorted({day + after for day in answers for after in range(30)})


@given(answers_by_day, lengths)
def test_every_window_is_counted(answers: Mapping[int, bool], length: int) -> None:
    one_by_one = series(answers, whole=False)
    days, held, totals = series(answers, whole=True).windows(length)
    windows = dict(zip(days, zip(held, totals, strict=True), strict=True))
    for day in days_about(answers):
        assert windows.get(day, (0, 0)) == one_by_one.window(day, length)


def test_the_longest_window_reaches_over_a_gap_of_its_length() -> None:
    answers = {1: True, LONGEST_WINDOW - 1: True, 2 * LONGEST_WINDOW + 1: True}
    days, held, totals = series(answers, whole=True).windows(LONGEST_WINDOW)
    one_by_one = series(answers, whole=False)
    assert max(held) == 2
    for day, answered, total in zip(days, held, totals, strict=True):
        assert (answered, total) == one_by_one.window(day, LONGEST_WINDOW)


def test_a_longer_one_is_refused_rather_than_counted_wrong() -> None:
    with pytest.raises(ValueError, match="367 days"):
        series({1: True}, whole=True).windows(LONGEST_WINDOW + 1)


@given(answers_by_day, lengths, st.integers(1, 5))
def test_so_is_every_mean(answers: Mapping[int, bool], length: int, least: int) -> None:
    at_once, one_by_one = series(answers, whole=True), series(answers, whole=False)
    for day in days_about(answers):
        assert at_once.mean(day, length, least) == one_by_one.mean(day, length, least)


@given(
    answers_by_day,
    st.builds(
        Quota,
        days=lengths,
        answers=st.integers(1, 6),
        share=st.sampled_from([0, 1 / 7, 0.5, 0.6]),
        apart=st.sampled_from([0, 3, 14]),
    ),
)
def test_a_quota_is_filled_on_the_same_days(answers: Mapping[int, bool], quota: Quota) -> None:
    at_once, one_by_one = series(answers, whole=True), series(answers, whole=False)
    filled = {day for day in days_about(answers) if quota.met(one_by_one, day)}
    assert quota.days_met(at_once) == filled
    assert {day for day in days_about(answers) if quota.met(at_once, day)} == filled


@given(answers_by_day, st.lists(st.tuples(st.integers(990, 1210), lengths), max_size=8))
def test_reading_back_bit_by_bit_reads_everything_once(
    answers: Mapping[int, bool], asked: list[tuple[int, int]]
) -> None:
    gradually = series(answers, whole=False)
    for day, length in asked:
        gradually.window(day, length)
    assert gradually.days == series(answers, whole=False).days
    assert gradually.values == [answers[day] for day in gradually.days]
