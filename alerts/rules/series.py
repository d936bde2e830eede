"""One question's answers over the days, laid out so that any window is two look-ups and a subtraction.

Only answered days are stored, so a window costs the same however long the diary or its gaps are; and no more of the
diary is read than was asked about, so a look at today does not read the years before.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from alerts.rules.history import Answers

READ_AHEAD_DAYS = 28
"""Read so many days before the ones asked about, because windows of several lengths end on the same day."""

EVERYTHING = 0
"""A day number before every possible entry."""


class Reference(NamedTuple):
    """A 28-day value to compare with, and the day on which it ended."""

    value: float
    ended_on: int


class Series:
    """A question's answered days in order, with what was answered. A yes counts 1 and a no 0."""

    def __init__(
        self, days: Sequence[int], answers: Sequence[Answers], question: Callable[[Answers], float | None]
    ) -> None:
        self._diary_days = days
        self._diary = answers
        self._question = question
        self._read_from = 10**9
        self._days: list[int] = []
        self._values: list[float] = []
        self._totals: list[float] = [0]
        self._yes_days: list[int] | None = None
        self.references: dict[int, Reference | None] = {}
        """The reference for each visit that was asked about, so that it is looked for once."""

    @property
    def days(self) -> list[int]:
        """All days on which the question was answered."""
        self._reach(EVERYTHING)
        return self._days

    @property
    def yes_days(self) -> list[int]:
        """All days with a yes, of a yes/no question."""
        self._reach(EVERYTHING)
        return self._yes_read()

    def window(self, day: int, length: int) -> tuple[int, float]:
        """The last `length` days, `day` itself included: how many answers they hold, and their sum.

        For a yes/no question the sum is the number of yes.
        """
        first_day = day - length + 1
        if first_day < self._read_from:
            self._reach(first_day)
        first = bisect_left(self._days, first_day)
        last = bisect_right(self._days, day)
        return last - first, self._totals[last] - self._totals[first]

    def mean(self, day: int, length: int, least: int) -> float | None:
        """The mean of the last `length` days (of a yes/no question the share of yes); `None` below `least` answers."""
        first_day = day - length + 1
        if first_day < self._read_from:
            self._reach(first_day)
        first = bisect_left(self._days, first_day)
        last = bisect_right(self._days, day)
        answers = last - first
        return (self._totals[last] - self._totals[first]) / answers if answers >= least else None

    def values_between(self, first_day: int, last_day: int) -> list[float]:
        """The answers from one day to another, both included."""
        self._reach(first_day)
        return self._values[bisect_left(self._days, first_day) : bisect_right(self._days, last_day)]

    def days_between(self, first_day: int, last_day: int) -> list[int]:
        """The answered days from one day to another, both included."""
        self._reach(first_day)
        return self._days[bisect_left(self._days, first_day) : bisect_right(self._days, last_day)]

    def yes_between(self, first_day: int, last_day: int) -> list[int]:
        """The days with a yes from one day to another, both included."""
        self._reach(first_day)
        yes = self._yes_read()
        return yes[bisect_left(yes, first_day) : bisect_right(yes, last_day)]

    def yes_days_apart(self, day: int, length: int) -> int | None:
        """Days from the first to the last yes in the last `length` days; `None` without a yes."""
        yes = self.yes_between(day - length + 1, day)
        return yes[-1] - yes[0] if yes else None

    def _yes_read(self) -> list[int]:
        """The days with a yes in what has been read."""
        if self._yes_days is None:
            self._yes_days = [day for day, value in zip(self._days, self._values, strict=True) if value]
        return self._yes_days

    def _reach(self, first_day: int) -> None:
        """Reads the diary back to this day at least."""
        if first_day >= self._read_from:
            return
        start = bisect_left(self._diary_days, first_day - READ_AHEAD_DAYS)
        self._read_from = first_day - READ_AHEAD_DAYS if start else EVERYTHING - READ_AHEAD_DAYS
        answers = list(map(self._question, self._diary[start:]))
        answered = zip(self._diary_days[start:], answers, strict=True)
        self._days = [day for day, answer in answered if answer is not None]
        self._values = [answer for answer in answers if answer is not None]
        self._totals = list(accumulate(self._values, initial=0))
        self._yes_days = None
