"""Figures with their 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

Z = NormalDist().inv_cdf(0.975)


class Estimate(NamedTuple):
    """A figure, its 95 % interval, and how many people or events it is based on."""

    value: float | None
    low: float | None
    high: float | None
    size: int


NOTHING = Estimate(None, None, None, 0)


def share(hits: int, of: int) -> Estimate:
    """A share in percent (Wilson)."""
    if not of:
        return NOTHING
    rate, spread = hits / of, Z**2 / of
    middle = (rate + spread / 2) / (1 + spread)
    half = sqrt(rate * (1 - rate) * spread + spread**2 / 4) / (1 + spread)
    return Estimate(100 * rate, 100 * max(0.0, middle - half), 100 * min(1.0, middle + half), of)


def rate(events: int, years: float) -> Estimate:
    """Events per 100 patient-years (Byar's approximation to the Poisson interval)."""
    if years <= 0:
        return NOTHING
    low = events * (1 - 1 / (9 * events) - Z / (3 * sqrt(events))) ** 3 if events else 0.0
    more = events + 1
    high = more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3
    return Estimate(100 * events / years, 100 * low / years, 100 * high / years, events)


def quantile(values: Sequence[float], at: float) -> Estimate:
    """A quantile with the interval that its order statistics give."""
    if not values:
        return NOTHING
    ranked, count = sorted(values), len(values)
    half = Z * sqrt(count * at * (1 - at))
    low, middle, high = (min(count - 1, max(0, round(count * at + off))) for off in (-half - 1, -0.5, half))
    return Estimate(ranked[middle], ranked[low], ranked[high], count)
