"""One question of a complete diary: shares, means and spans of any last days."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate

ROUNDING = 1e-9
"""For the rounding of sums; no real difference is this small."""


class Truth:
    """The true answers to one question, one a day from day 0 on; a yes is 1."""

    def __init__(self, values: Iterable[float]) -> None:
        self.values = list(values)
        self._sums = list(accumulate(self.values, initial=0.0))
        self._yes = [day for day, value in enumerate(self.values) if value]
        self._yes_until = list(accumulate((1 if value else 0 for value in self.values), initial=0))

    def count(self, day: int, length: int) -> int:
        """How many of the last days are in the diary."""
        return max(0, min(length, day + 1))

    def total(self, day: int, length: int) -> float:
        """The sum over the last days."""
        return self._sums[max(0, day + 1)] - self._sums[max(0, day + 1 - length)]

    def month(self, day: int) -> float | None:
        """The 28-day value."""
        return self._months[day] if 9 <= day < len(self.values) else None

    def highest_month(self, until: int) -> float:
        """The highest 28-day value up to a day; 0 when there is none yet."""
        return self._highest[until] if 9 <= until < len(self.values) else 0.0

    @cached_property
    def _months(self) -> list[float]:
        return [self.total(day, 28) / self.count(day, 28) for day in range(len(self.values))]

    @cached_property
    def _highest(self) -> list[float]:
        return list(accumulate((0.0 if day < 9 else month for day, month in enumerate(self._months)), max))

    def mostly(self, day: int, length: int, least: int, share: float) -> bool:
        """At least `share` of at least `least` answers in the last days."""
        count = min(length, day + 1)
        return count >= least and self.total(day, length) >= share * count - ROUNDING

    def lasting(self, day: int, length: int, least: int, apart: int) -> bool:
        """Mostly yes, the first and the last yes so many days apart."""
        if not self.mostly(day, length, least, 0.6):
            return False
        first, last = self._yes_until[max(0, day - length + 1)], self._yes_until[day + 1] - 1
        return self._yes[last] - self._yes[first] >= apart

    def reference(self, since: int, day: int) -> float | None:
        """The 28-day value at a visit, or the first of the diary."""
        ended = max(since, 9)
        return self.month(ended) if ended <= since or ended < day else None

    def run(self, day: int, gap: int) -> int:
        """Days from the first to the last yes of the current run, yes days at most `gap` days apart."""
        latest = first = self._yes_until[max(0, day + 1)] - 1
        if latest < 0:
            return 0
        while first > 0 and self._yes[first] - self._yes[first - 1] <= gap:
            first -= 1
        return self._yes[latest] - self._yes[first] + 1
