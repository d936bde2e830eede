"""Is a difference of two means clear, or within what a noisy diary does by chance?"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.80
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


def half_width(before: Sequence[float], after: Sequence[float]) -> float:
    """Half the 80 % interval of the difference of two means (Welch's t, two-sided), in points.

    A single recalled score has no spread of its own and adds none. Zero when neither side varies.
    """
    spreads = [(_variance(scores) / len(scores), len(scores) - 1) for scores in (before, after)]
    squared_error = sum(spread for spread, _ in spreads)
    if not squared_error:
        return 0.0
    freedom = squared_error**2 / sum(spread**2 / degrees for spread, degrees in spreads if degrees)
    return t_quantile(freedom) * sqrt(squared_error)


def t_quantile(freedom: float) -> float:
    """Student's t below which 90 % lie, for the fractional degrees of freedom Welch gives.

    Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5): off by less than 0.0005 from three degrees on, and the
    seven-day windows compared here never have fewer.
    """
    z = _Z
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * freedom**4)
    )


def _variance(scores: Sequence[float]) -> float:
    if len(scores) < 2:
        return 0.0
    mean = sum(scores) / len(scores)
    return sum((score - mean) ** 2 for score in scores) / (len(scores) - 1)
