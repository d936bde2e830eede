"""A day filled in between two episodes of danger signs makes them one to the rules. Their alerts stay two. Pure.

Each goes on with the signs and days that it is about: what someone has in hand is no news for it, and what is open is
not taken for a mistake.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from alerts.raising.course import Course
from alerts.raising.news import Signs


def parted(signs: Signs, courses: Sequence[Course]) -> tuple[dict[str, list[date]], list[Course]]:
    """Which of the `signs` of an alert the courses of another one still hold, and those courses without them."""
    held = {sign: [day for day in days if _is_held(sign, day, courses)] for sign, days in signs.items()}
    held = {sign: days for sign, days in held.items() if days}
    return held, [replace(course, signs=_without(held, course.signs)) for course in courses]


def _is_held(sign: str, day: date, courses: Iterable[Course]) -> bool:
    return any(day in course.signs.get(sign, ()) for course in courses)


def _without(taken: Signs, signs: Signs) -> Signs:
    left = {sign: [day for day in days if day not in taken.get(sign, ())] for sign, days in signs.items()}
    return {sign: days for sign, days in left.items() if days}
