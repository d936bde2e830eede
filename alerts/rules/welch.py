"""Is a difference of two means clear, or within what a noisy diary does by chance?"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.80
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
_EXPANSION = (
    _Z,
    (_Z**3 + _Z) / 4,
    (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / 96,
    (3 * _Z**7 + 19 * _Z**5 + 17 * _Z**3 - 15 * _Z) / 384,
    (79 * _Z**9 + 776 * _Z**7 + 1482 * _Z**5 - 1920 * _Z**3 - 945 * _Z) / 92160,
)


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
    return sum(term / freedom**power for power, term in enumerate(_EXPANSION))


def _variance(scores: Sequence[float]) -> float:
    if len(scores) < 2:
        return 0.0
    mean = sum(scores) / len(scores)
    return sum((score - mean) ** 2 for score in scores) / (len(scores) - 1)
