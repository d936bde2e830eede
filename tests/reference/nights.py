"""The night/rest pattern, on which the two night/rest rules and some verdicts on treatments rest."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from tests.reference.words import Diary


def week(diary: Diary, day: date, back: int) -> list[bool]:
    """The night/rest answers of one 7-day week, so many weeks before the one that ends on the day."""
    return [positive for _, positive in diary.answers("night_rest", day - timedelta(days=7 * back), 7)]


def night_rest_pattern(diary: Diary, day: date) -> bool:
    """Ten answers in 28 days, half positive; each of the last three weeks has two answers and a positive."""
    half_of_ten = diary.yes_on("night_rest", day, 28, Fraction(1, 2), 10)
    weeks = [week(diary, day, back) for back in range(3)]
    return half_of_ten and all(len(answers) >= 2 and any(answers) for answers in weeks)


def six_weeks_of_nights(diary: Diary, day: date) -> bool:
    """Fifteen answers in 42 days, 60 % positive, a positive in each of the six weeks."""
    often = diary.yes_on("night_rest", day, 42, Fraction(60, 100), 15)
    return often and all(any(week(diary, day, back)) for back in range(6))


def run_of_positives(diary: Diary, day: date) -> int:
    """The length of the current run in days: successive positive days at most 10 apart, last - first + 1."""
    positive = [d for d in sorted(diary.entries) if d <= day and diary.answer("night_rest", d)]
    if not positive:
        return 0
    first = last = positive[-1]
    for earlier in reversed(positive[:-1]):
        if (first - earlier).days > 10:
            break
        first = earlier
    return (last - first).days + 1
