from collections.abc import Iterable
from typing import Any

import pytest

from alerts.rules.history import Entry, Event, History
from tests.alerts.rules.histories import Case, diary, entries, found_on, visit

BACK = ("lower_back",)


def three_months(
    now: float,
    *more: list[Entry] | Event,
    then: tuple[float, float] = (80.0, 80.0),
    on: Iterable[int] = (90, 94, 97),
    sites: tuple[str, ...] | None = BACK,
    **profile: Any,
) -> History:
    """Two weights about three months before three weights now."""
    before = entries((1,), weight_kg=then[0], sites=sites) + entries((4,), weight_kg=then[1], sites=sites)
    return diary(before, entries(on, weight_kg=now, sites=sites), *more, **profile)


def half_a_year(now: float, ago: tuple[int, int] = (183, 365), **profile: Any) -> History:
    """Two weights at the ends of a span before day 400, three weights up to day 400; the back never mentioned."""
    before = entries((400 - ago[1], 400 - ago[0]), weight_kg=80.0)
    return diary(before, entries((390, 395, 400), weight_kg=now), **profile)


CASES = [
    Case("3 % in three months with back pain", three_months(77.6), [97]),
    Case("2.9 % in three months", three_months(77.7), []),
    Case("3 % without back pain", three_months(77.6, sites=("hip",)), []),
    Case("3 % with sites unanswered", three_months(77.6, sites=None), []),
    Case(
        "back pain on half of the answered days",
        three_months(77.6, entries((91, 92, 93), sites=()), sites=BACK),
        [97],
    ),
    Case(
        "back pain on under half of the answered days",
        three_months(77.6, entries((85, 91, 92, 93), sites=()), sites=BACK),
        [],
    ),
    Case("on purpose", three_months(70.0, losing_weight_on_purpose=True), []),
    Case("not on purpose", three_months(77.6, losing_weight_on_purpose=False), [97]),
    Case("two weights now", three_months(77.6, on=(90, 97)), []),
    Case("weights now 6 days apart", three_months(77.6, on=(91, 94, 97)), []),
    Case(
        "one weight then", diary(entries((1,), weight_kg=80.0), entries((90, 94, 97), weight_kg=70.0, sites=BACK)), []
    ),
    Case("weights 104 and 101 days ago", three_months(77.6, on=(98, 101, 105)), [105]),
    Case("the first weight 105 days ago", three_months(77.6, on=(99, 102, 106)), []),
    Case("the nearer weight 76 days ago", three_months(77.6, on=(73, 76, 80)), [80]),
    Case("the nearer weight 75 days ago", three_months(77.6, on=(72, 75, 79)), []),
    Case(
        "the median of the weights then",
        diary(
            entries((1,), weight_kg=80.0),
            entries((2,), weight_kg=80.0),
            entries((3,), weight_kg=60.0),
            entries((90, 94, 97), weight_kg=77.6, sites=BACK),
        ),
        [97],
    ),
    Case("5 % in half a year, without back pain", half_a_year(76.0), [400]),
    Case("4.9 % in half a year", half_a_year(76.1), []),
    Case("the nearer weight 182 days ago", half_a_year(76.0, ago=(182, 365)), []),
    Case("the farther weight 366 days ago", half_a_year(76.0, ago=(183, 366)), []),
    Case("5 % on purpose", half_a_year(70.0, losing_weight_on_purpose=True), []),
    Case("new since the visit", three_months(77.6, visit(60)), [97]),
    Case(
        "the doctor saw it",
        three_months(77.6, visit(100), entries((100, 103), weight_kg=77.6, sites=BACK)),
        [97],
    ),
    Case(
        "a loss that was there at the visit stays quiet",
        three_months(77.6, visit(97), entries((100, 103), weight_kg=77.6, sites=BACK)),
        [],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_weight_loss(case: Case) -> None:
    assert found_on("weight_loss", case.history) == case.found
