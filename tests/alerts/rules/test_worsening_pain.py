from typing import Any

import pytest

from alerts.rules.history import Entry, History
from tests.alerts.rules.histories import Case, days, diary, entries, found_on

AT_50 = {"birth_year": 1974}
AT_49 = {"birth_year": 1975}


def blocks(*levels: int, scores: int = 10, **profile: Any) -> History:
    """The first days of each four weeks at each level, the rest unanswered."""
    runs = [days(28 * block + 1, 28 * block + scores, worst_pain=pain) for block, pain in enumerate(levels)]
    return diary(*runs, **profile)


def steps(*levels: int, last: int = 84, **answers: Any) -> list[list[Entry]]:
    """Four weeks at each level."""
    return [
        days(28 * week + 1, min(28 * week + 28, last), worst_pain=pain, **answers) for week, pain in enumerate(levels)
    ]


CASES = [
    Case("3, 4, 5 over twelve weeks", diary(*steps(3, 4, 5), **AT_50), [84]),
    Case("a day less", diary(*steps(3, 4, 5, last=83), **AT_50), []),
    Case("at 49, nights unanswered", diary(*steps(3, 4, 5), **AT_49), []),
    Case(
        "at 49, half of the nights hurt",
        diary(
            *steps(3, 4, 5),
            entries(range(57, 85, 2), woke_from_sleep=True),
            entries(range(58, 85, 2), woke_from_sleep=False),
            **AT_49,
        ),
        [84],
    ),
    Case(
        "at 49, under half of the nights hurt",
        diary(
            *steps(3, 4, 5),
            entries(range(59, 85, 2), woke_from_sleep=True),
            entries(range(58, 85, 2), woke_from_sleep=False),
            **AT_49,
        ),
        [],
    ),
    Case("age unanswered", diary(*steps(3, 4, 5)), []),
    Case("10 scores in each four weeks", blocks(3, 4, 5, **AT_50), [66]),
    Case("9 scores in each four weeks", blocks(3, 4, 5, scores=9, **AT_50), []),
    Case("no rise in the last four weeks", blocks(3, 5, 5, **AT_50), []),
    Case("no rise in the four weeks before", blocks(3, 3, 5, **AT_50), []),
    Case("a level seen before", diary(*steps(5, 3, 4, 5), **AT_50), []),
    Case(
        "a flare of a fortnight",
        diary(days(1, 28, worst_pain=3), days(29, 42, worst_pain=5), days(43, 120, worst_pain=3), **AT_50),
        [],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_worsening_pain(case: Case) -> None:
    assert found_on("worsening_pain", case.history) == case.found
