"""How pain swings from day to day and clusters at night."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from random import Random
from statistics import NormalDist, fmean, pstdev

NORMAL = NormalDist()
CLUSTERED = 0.6
"""How much a night resembles the one before, apart from the severity of the day."""

APART_DAYS = 14
"""Free days between two spells of the same."""


def autocorrelated(random: Random, length: int, lag_one: float) -> list[float]:
    """Standard normal noise in which each day resembles the one before."""
    values = [random.gauss(0, 1)]
    for _ in range(length - 1):
        values.append(lag_one * values[-1] + sqrt(1 - lag_one**2) * random.gauss(0, 1))
    return values[:length]


def flares(random: Random, length: int, a_year: float) -> list[float]:
    """Points that flares add: two to four, three days in the median, one to fourteen."""
    added = [0.0] * length
    for _ in range(round(a_year * length / 365 + random.uniform(-0.5, 0.5))):
        start, points = random.randrange(length), random.uniform(2, 4)
        for day in range(start, min(length, start + min(14, max(1, round(random.lognormvariate(1.1, 0.7)))))):
            added[day] = max(added[day], points)
    return added


def score(value: float) -> int:
    """A whole number from 0 to 10."""
    return min(10, max(0, round(value)))


def calm(random: Random, pain: int) -> int:
    """The score of a night or a rest that does not hurt: anything from none to mild, and not worse than the day."""
    return random.randint(0, min(3, max(0, pain)))


def painful_nights(
    random: Random, worst: Sequence[float], shares: Sequence[float], *, by_severity: float = 0.6
) -> list[bool]:
    """Nights that hurt: in clusters, and the likelier the worse the day.

    `shares` is how common they are on each day, `by_severity` (0 to 1) how much the day decides.
    """
    middle, spread = fmean(worst), pstdev(worst)
    severity = [(pain - middle) / spread if spread else random.gauss(0, 1) for pain in worst]
    clusters = autocorrelated(random, len(worst), CLUSTERED)
    by_cluster = sqrt(1 - by_severity**2)
    return [
        by_cluster * cluster + by_severity * severe > NORMAL.inv_cdf(1 - min(0.97, max(0.002, share)))
        for cluster, severe, share in zip(clusters, severity, shares, strict=True)
    ]


def spells(random: Random, length: int, a_year: float, days: tuple[int, int], *, apart: int = APART_DAYS) -> set[int]:
    """Days of spells (a cold, a bout) that come so often a year and last so many days; one is over before the next."""
    found: set[int] = set()
    for _ in range(round(a_year * length / 365 + random.uniform(-0.5, 0.5))):
        start, lasts = random.randrange(length), random.randint(*days)
        if found.isdisjoint(range(start - apart, start + lasts + apart)):
            found.update(range(start, min(length, start + lasts)))
    return found
