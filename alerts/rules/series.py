"""One question's answers over the days, laid out so that any window is two look-ups and a subtraction.

Only answered days are stored, so a window costs the same however long the diary or its gaps are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate


class Series:
    """A question's answered days in order, with what was answered. A yes counts 1 and a no 0."""

    def __init__(self, days: list[int], values: list[float]) -> None:
        self.days = days
        self.values = values
        self._totals: list[float] = list(accumulate(values, initial=0))

    def window(self, day: int, length: int) -> tuple[int, float]:
        """The last `length` days, `day` itself included: how many answers they hold, and their sum.

        For a yes/no question the sum is the number of yes.
        """
        first = bisect_left(self.days, day - length + 1)
        last = bisect_right(self.days, day)
        return last - first, self._totals[last] - self._totals[first]

    def values_between(self, first_day: int, last_day: int) -> list[float]:
        """The answers from one day to another, both included."""
        return self.values[bisect_left(self.days, first_day) : bisect_right(self.days, last_day)]

    def days_between(self, first_day: int, last_day: int) -> list[int]:
        """The answered days from one day to another, both included."""
        return self.days[bisect_left(self.days, first_day) : bisect_right(self.days, last_day)]

    @cached_property
    def yes_days(self) -> list[int]:
        """The days with a yes, of a yes/no question."""
        return [day for day, value in zip(self.days, self.values, strict=True) if value]

    def yes_between(self, first_day: int, last_day: int) -> list[int]:
        """The days with a yes from one day to another, both included."""
        return self.yes_days[bisect_left(self.yes_days, first_day) : bisect_right(self.yes_days, last_day)]

    def yes_days_apart(self, day: int, length: int) -> int | None:
        """Days from the first to the last yes in the last `length` days; `None` without a yes."""
        first = bisect_left(self.yes_days, day - length + 1)
        last = bisect_right(self.yes_days, day)
        return self.yes_days[last - 1] - self.yes_days[first] if last > first else None
