from collections.abc import Iterable

import pytest

from alerts.rules.history import Entry, History, Treatment
from tests.alerts.rules.histories import Case, days, diary, entries, found_on, treatment

SIX_WEEKS = (1, 4, 8, 11, 15, 18, 22, 23, 29, 30, 32, 36, 37, 38, 42)
"""Fifteen answers over 42 days, at least one in each week and two in each of the last three."""


def nights(yes: Iterable[int] = SIX_WEEKS, no: Iterable[int] = (), *more: list[Entry] | Treatment) -> History:
    return diary(entries(yes, woke_from_sleep=True), entries(no, woke_from_sleep=False), *more)


CASES = [
    Case("15 positive answers in 42 days", nights(), [42]),
    Case("14 answers", nights([night for night in SIX_WEEKS if night != 11]), []),
    Case("a run of 41 days", nights([2, *SIX_WEEKS[1:], 43][:15]), []),
    Case("every night for 41 days", diary(days(1, 41, woke_from_sleep=True)), []),
    Case("every night for 42 days", diary(days(1, 42, woke_from_sleep=True)), [42]),
    Case(
        "9 of 15 positive",
        nights((1, 8, 15, 22, 29, 32, 36, 38, 42), (4, 11, 18, 23, 30, 37)),
        [42],
    ),
    Case(
        "8 of 15 positive",
        nights((1, 8, 15, 22, 29, 36, 38, 42), (4, 11, 18, 23, 30, 32, 37)),
        [],
    ),
    Case(
        "successive positives 10 days apart",
        nights((1, 2, 3, 4, 14, 15, 16, 22, 23, 29, 30, 32, 36, 38, 42)),
        [42],
    ),
    Case(
        "successive positives 11 days apart",
        nights((1, 2, 3, 4, 15, 16, 17, 22, 23, 29, 30, 32, 36, 38, 42)),
        [],
    ),
    Case(
        "a treatment that helps",
        diary(
            days(1, 10, worst_pain=6, woke_from_sleep=True),
            days(11, 60, worst_pain=3, woke_from_sleep=True),
            treatment(11),
        ),
        [],
    ),
    Case(
        "a treatment that helped until 28 days ago",
        diary(
            days(1, 10, worst_pain=6, woke_from_sleep=True),
            days(11, 70, worst_pain=3, woke_from_sleep=True),
            treatment(11, 30),
        ),
        [59],
    ),
    Case(
        "a treatment that failed is the core rule's",
        diary(days(1, 60, worst_pain=6, woke_from_sleep=True), treatment(11)),
        [],
    ),
    Case(
        "a treatment too short to judge",
        diary(days(1, 45, worst_pain=6, woke_from_sleep=True), treatment(21, 31)),
        [42],
    ),
    Case("a week without a positive", nights([night for night in SIX_WEEKS if night not in (8, 11)], (8, 11)), []),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_night_rest_persistent(case: Case) -> None:
    assert found_on("night_rest_persistent", case.history) == case.found
