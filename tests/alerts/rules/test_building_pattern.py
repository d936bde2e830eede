from collections.abc import Iterable

import pytest

from alerts.rules.history import Entry
from tests.alerts.rules.histories import Case, days, diary, entries, found_on, treatment, visit


def nights(yes: Iterable[int], no: Iterable[int] = ()) -> list[Entry]:
    return entries(yes, woke_from_sleep=True) + entries(no, woke_from_sleep=False)


CASES = [
    Case("7 answers, all positive", diary(nights(range(1, 8))), [7]),
    Case("6 answers", diary(nights(range(1, 7))), []),
    Case("4 of 7", diary(nights((1, 2, 3, 7), (4, 5, 6))), [7]),
    Case("3 of 7", diary(nights((1, 2, 7), (3, 4, 5, 6))), []),
    Case("4 of 8", diary(nights((4, 5, 6, 8), (1, 2, 3, 7))), [8]),
    Case("7 answers over 14 days", diary(nights((1, 3, 5, 7, 9, 11, 14))), [14]),
    Case("7 answers over 15 days", diary(nights((1, 3, 5, 7, 9, 11, 15))), []),
    Case("28 days later it is the same episode", diary(nights((*range(1, 8), *range(29, 36)))), [7]),
    Case("a new episode after a long break", diary(nights((*range(1, 8), *range(50, 57)))), [7, 56]),
    Case("the same nights without a see-a-doctor rule", diary(nights(range(3, 10))), [9]),
    Case(
        "silent while a see-a-doctor rule holds",
        diary(nights(range(3, 10)), entries(range(1, 10), worse_on_deep_breath=True)),
        [],
    ),
    Case(
        "speaks again once a doctor has seen the pattern and nothing changed",
        diary(visit(10), days(1, 60, worst_pain=5, woke_from_sleep=True), treatment(11)),
        [7],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_building_pattern(case: Case) -> None:
    assert found_on("building_pattern", case.history) == case.found
