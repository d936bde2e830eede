"""How pain swings from day to day and clusters at night."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from random import Random
from statistics import NormalDist, mean, pstdev

NORMAL = NormalDist()


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


def painful_nights(random: Random, worst: Sequence[float], shares: Sequence[float]) -> list[bool]:
    """Nights that hurt: in clusters, the likelier the worse the day; `shares` is how common they are on each day."""
    middle, spread = mean(worst), pstdev(worst)
    severity = [(pain - middle) / spread if spread else random.gauss(0, 1) for pain in worst]
    clusters = autocorrelated(random, len(worst), 0.6)
    return [
        0.8 * cluster + 0.6 * severe > NORMAL.inv_cdf(1 - min(0.97, max(0.01, share)))
        for cluster, severe, share in zip(clusters, severity, shares, strict=True)
    ]


def spells(random: Random, length: int, a_year: float, days: tuple[int, int]) -> set[int]:
    """Days of spells (a cold, a bout) that come so often a year and last so many days."""
    found: set[int] = set()
    for _ in range(round(a_year * length / 365 + random.uniform(-0.5, 0.5))):
        start = random.randrange(length)
        found.update(range(start, min(length, start + random.randint(*days))))
    return found
