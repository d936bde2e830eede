from collections.abc import Iterable

import pytest

from alerts.rules.history import Entry
from tests.alerts.rules.histories import Case, days, diary, entries, found_on, treatment, visit


def lying(on: Iterable[int]) -> list[Entry]:
    return entries(on, worse_lying_down=True)


def not_lying(on: Iterable[int]) -> list[Entry]:
    return entries(on, worse_lying_down=False)


COUGH = days(1, 15, cough=True)
FAILED = (days(1, 30, worst_pain=6), treatment(8, 21))

CASES = [
    Case("7 of 14 with a persistent cough", diary(lying(range(1, 8)), not_lying(range(8, 15)), COUGH), [15]),
    Case("6 of 14 with a persistent cough", diary(lying(range(1, 7)), not_lying(range(7, 15)), COUGH), []),
    Case("13 answers", diary(lying(range(1, 14)), COUGH), []),
    Case("no companion, no treatment", diary(lying(range(1, 31))), []),
    Case("a treatment that failed, without night pain", diary(lying(range(8, 31)), *FAILED), [21]),
    Case("a treatment not yet judged", diary(lying(range(1, 21)), days(1, 20, worst_pain=6), treatment(8)), []),
    Case("14 answers over 28 days", diary(lying((1, *range(16, 29))), days(8, 28, cough=True)), [28]),
    Case("14 answers over 29 days", diary(lying((1, *range(17, 30))), days(8, 29, cough=True)), []),
    Case(
        "as often as at the visit",
        diary(visit(-5), lying(range(1, 61)), days(1, 60, cough=False), days(61, 80, cough=True)),
        [],
    ),
    Case(
        "a quarter more often than at the visit",
        diary(visit(28), not_lying(range(1, 29)), lying(range(29, 61)), days(1, 61, cough=True)),
        [42],
    ),
    Case(
        "a companion new since the visit, there for six weeks",
        diary(visit(28), lying(range(1, 101)), days(1, 28, chest_pain=False), days(29, 100, chest_pain=True)),
        [70],
    ),
    Case(
        "fatigue new since the visit is not enough",
        diary(visit(28), lying(range(1, 101)), days(1, 28, fatigue=False), days(29, 100, fatigue=True)),
        [],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_worse_lying_down(case: Case) -> None:
    assert found_on("worse_lying_down", case.history) == case.found
