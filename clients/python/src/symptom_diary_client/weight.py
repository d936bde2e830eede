"""Pounds in a diary that keeps kilograms."""

from typing import Final

_KILOGRAMS_IN_A_POUND: Final = 0.45359237


def in_kilograms(pounds: float) -> float:
    """Kilograms with two decimals, of which the pounds come back as they were entered (to a tenth)."""
    return round(pounds * _KILOGRAMS_IN_A_POUND, 2)


def in_pounds(kilograms: float) -> float:
    """Pounds with one decimal."""
    return round(kilograms / _KILOGRAMS_IN_A_POUND, 1)
