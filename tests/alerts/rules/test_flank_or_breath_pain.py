from collections.abc import Iterable

import pytest

from alerts.rules.history import Entry
from tests.alerts.rules.histories import Case, days, diary, entries, found_on, visit


def flank(on: Iterable[int]) -> list[Entry]:
    return entries(on, sites=("left_flank",))


def no_flank(on: Iterable[int]) -> list[Entry]:
    return entries(on, sites=("lower_back",))


def breath(on: Iterable[int]) -> list[Entry]:
    return entries(on, worse_on_deep_breath=True)


def no_breath(on: Iterable[int]) -> list[Entry]:
    return entries(on, worse_on_deep_breath=False)


COUGH = days(1, 21, cough=True)

CASES = [
    Case("breath 5 of 9", diary(breath(range(1, 6)), no_breath(range(6, 10))), [9]),
    Case("breath 4 of 9", diary(breath(range(1, 5)), no_breath(range(5, 10))), []),
    Case("breath on all of 8 answers", diary(breath(range(1, 9))), []),
    Case("breath 5 of 10", diary(no_breath(range(1, 6)), breath(range(6, 11))), [10]),
    Case("flank 5 of 9", diary(flank(range(1, 6)), no_flank(range(6, 10))), [9]),
    Case("flank 4 of 9", diary(flank(range(1, 5)), no_flank(range(5, 10))), []),
    Case("either flank", diary(entries(range(1, 10), sites=("right_flank",))), [9]),
    Case("9 answers over 21 days", diary(breath((1, 2, 3, 4, 5, 6, 7, 8, 21))), [21]),
    Case("9 answers over 22 days", diary(breath((1, 2, 3, 4, 5, 6, 7, 8, 22))), []),
    Case(
        "each sign on its own: five of one and four of the other are neither",
        diary(breath(range(1, 6)), flank(range(6, 10))),
        [],
    ),
    Case(
        "breath 3 of 5 in a week with a persistent cough", diary(COUGH, breath((17, 18, 19)), no_breath((20, 21))), [21]
    ),
    Case("breath 2 of 5 with a persistent cough", diary(COUGH, breath((17, 18)), no_breath((19, 20, 21))), []),
    Case("breath 4 of 4 with a persistent cough", diary(COUGH, breath((18, 19, 20, 21))), []),
    Case("5 answers over 8 days with a persistent cough", diary(COUGH, breath((14, 18, 19, 20, 21))), []),
    Case("breath 5 of 5 without a companion", diary(breath(range(17, 22))), []),
    Case("a cough that began 13 days ago is not persistent", diary(days(8, 21, cough=True), breath(range(17, 22))), []),
    Case("a cough that began 14 days ago is", diary(days(7, 21, cough=True), breath(range(17, 22))), [21]),
    Case("fatigue is a companion", diary(days(1, 21, fatigue=True), breath(range(17, 22))), [21]),
    Case("the doctor knew it", diary(visit(28), breath(range(15, 61))), [23]),
    Case("it was there as often at the visit", diary(visit(10), breath(range(1, 61))), [9]),
    Case(
        "a quarter more often than at the visit",
        diary(visit(28), no_breath(range(1, 29)), breath(range(29, 61))),
        [39],
    ),
    Case(
        "the other sign coming more often is not this one",
        diary(
            visit(28),
            entries(range(1, 29), worse_on_deep_breath=True, sites=()),
            entries(range(29, 37), worse_on_deep_breath=True, sites=("left_flank",)),
        ),
        [9],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_flank_or_breath_pain(case: Case) -> None:
    assert found_on("flank_or_breath_pain", case.history) == case.found
