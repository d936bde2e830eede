"""Intervals, against values of the textbooks."""

import pytest

from evaluation.scoring.intervals import NOTHING, Estimate, quantile, rate, share


def about(estimate: Estimate, value: float, low: float, high: float) -> bool:
    return estimate[:3] == pytest.approx((value, low, high), abs=0.15)


def test_a_share_has_wilsons_interval() -> None:
    assert about(share(5, 10), 50, 23.7, 76.3)
    assert about(share(10, 10), 100, 72.2, 100)


def test_a_rate_has_byars_interval() -> None:
    assert about(rate(10, 100), 10, 4.8, 18.4)
    assert about(rate(0, 100), 0, 0, 3.7)


def test_a_quantile_lies_within_its_interval() -> None:
    median = quantile(range(101), 0.5)
    assert median.value == 50
    assert (median.low, median.high) == (40, 60)


def test_nothing_gives_nothing() -> None:
    assert share(0, 0) == rate(3, 0) == quantile([], 0.5) == NOTHING
