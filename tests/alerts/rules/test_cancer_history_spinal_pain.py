from typing import Any

import pytest

from alerts.rules.history import History
from tests.alerts.rules.histories import Case, diary, entry, found_on


def one_day(*, cancer_history: bool | None = True, **answers: Any) -> History:
    return diary(entry(4, **answers), cancer_history=cancer_history)


CASES = [
    *(Case(f"{site} 4", one_day(worst_pain=4, sites=(site,)), [4]) for site in ("neck", "upper_back", "mid_back")),
    *(Case(f"{site} 3", one_day(worst_pain=3, sites=(site,)), []) for site in ("neck", "upper_back", "mid_back")),
    Case("lower back 7", one_day(worst_pain=7, sites=("lower_back",)), [4]),
    Case("lower back 6", one_day(worst_pain=6, sites=("lower_back",)), []),
    Case("flank 9", one_day(worst_pain=9, sites=("left_flank", "hip")), []),
    Case("mid back, worst pain unanswered", one_day(sites=("mid_back",)), []),
    Case("9 with sites unanswered", one_day(worst_pain=9), []),
    Case("night 4", one_day(night_pain=4), [4]),
    Case("night 3", one_day(night_pain=3), []),
    Case("rest 4", one_day(rest_pain=4), [4]),
    Case("rest 3", one_day(rest_pain=3), []),
    Case("woke from sleep", one_day(woke_from_sleep=True), [4]),
    Case("did not wake", one_day(woke_from_sleep=False), []),
    Case("worse on straining", one_day(worse_on_straining=True), [4]),
    Case("not worse on straining", one_day(worse_on_straining=False), []),
    Case("no cancer", one_day(cancer_history=False, night_pain=9), []),
    Case("cancer unanswered", one_day(cancer_history=None, night_pain=9), []),
    Case(
        "site and score in two entries of one day",
        diary(entry(4, worst_pain=5), entry(4, sites=("neck",)), cancer_history=True),
        [4],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cancer_history_spinal_pain(case: Case) -> None:
    assert found_on("cancer_history_spinal_pain", case.history) == case.found
