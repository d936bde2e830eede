"""One question's answers over the days, laid out so that any window is two look-ups and a subtraction.

Only answered days are stored, so a window costs the same however long the diary or its gaps are; and no more of the
diary is read than was asked about, so a look at today does not read the years before.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain, compress, count, pairwise, repeat
from operator import sub
from typing import Any, NamedTuple, TypeVar

READ_AHEAD_DAYS = 28
"""Read so many days before the ones asked about, because windows of several lengths end on the same day."""

EVERYTHING = 0
"""A day number before every possible entry."""


Number = TypeVar("Number", int, float)


class Reference(NamedTuple):
    """A 28-day value to compare with, and the day on which it ended."""

    value: float
    ended_on: int


class Series:
    """A question's answered days in order, with what was answered. A yes counts 1 and a no 0."""

    def __init__(
        self,
        days: Sequence[int],
        said: Sequence[Any],
        question: Callable[[Any], float | None],
        *,
        whole: bool = False,
    ) -> None:
        """`question` picks the answer from what was said on a day.

        `whole`: it will be asked about every day, so that what is counted is counted for all of them at once."""
        self.whole = whole
        self._diary_days = days
        self._diary = said
        self._question = question
        self._read_from = 10**9
        self._unread = len(days)
        self._days: list[int] = []
        self._values: list[float] = []
        self._totals: list[float] = [0]
        self._yes_days: list[int] | None = None
        self._means: dict[tuple[int, int], dict[int, float]] = {}
        self.references: dict[int, Reference | None] = {}
        """The reference for each visit that was asked about, so that it is looked for once."""
        self.filled: dict[object, set[int]] = {}
        """The days on which each quota that was asked about the whole diary is filled."""

    @property
    def days(self) -> list[int]:
        """All days on which the question was answered."""
        self._reach(EVERYTHING)
        return self._days

    @property
    def values(self) -> list[float]:
        """All answers, in order of time."""
        self._reach(EVERYTHING)
        return self._values

    @property
    def yes_days(self) -> list[int]:
        """All days with a yes, of a yes/no question."""
        self._reach(EVERYTHING)
        return self._yes_read()

    def ever(self, answers: int, *, within: int) -> bool:
        """Whether any window of so many days holds so many answers."""
        return _ever(self.days, answers, within)

    def ever_yes(self, yes: int, *, within: int) -> bool:
        """Whether any window of so many days holds so many yes."""
        return _ever(self.yes_days, yes, within)

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
        if self.whole:
            return self.means(length, least).get(day)
        first_day = day - length + 1
        if first_day < self._read_from:
            self._reach(first_day)
        first = bisect_left(self._days, first_day)
        last = bisect_right(self._days, day)
        answers = last - first
        return (self._totals[last] - self._totals[first]) / answers if answers >= least else None

    def windows(self, length: int) -> Iterable[tuple[int, int, float]]:
        """Every day whose last `length` days hold an answer, with how many they hold and their sum, in one pass."""
        return chain.from_iterable(self._windows_of_run(run, length) for run in _runs(self.days, gap=length))

    def _windows_of_run(self, run: slice, length: int) -> Iterable[tuple[int, int, float]]:
        days, values = self._days[run], self._values[run]
        ends = range(days[0], days[-1] + length)
        answered = dict(zip(days, values, strict=True))
        answers = _moving_sums(map(answered.__contains__, ends), length)
        return zip(ends, answers, _moving_sums(map(answered.get, ends, repeat(0)), length), strict=True)

    def means(self, length: int, least: int) -> dict[int, float]:
        """The mean of the last `length` days of every day on which they hold at least so many answers."""
        known = self._means.get((length, least))
        if known is None:
            known = self._means[length, least] = {
                day: total / answers for day, answers, total in self.windows(length) if answers >= least
            }
        return known

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
        self._reach(day - length + 1)
        yes = self._yes_read()
        first, last = bisect_left(yes, day - length + 1), bisect_right(yes, day)
        return yes[last - 1] - yes[first] if last > first else None

    def _yes_read(self) -> list[int]:
        """The days with a yes in what has been read."""
        if self._yes_days is None:
            self._yes_days = list(compress(self._days, self._values))
        return self._yes_days

    def _reach(self, first_day: int) -> None:
        """Reads the diary back to this day at least."""
        if first_day >= self._read_from:
            return
        start = bisect_left(self._diary_days, first_day - READ_AHEAD_DAYS)
        days = self._diary_days[start : self._unread]
        answers: list[Any] = list(map(self._question, self._diary[start : self._unread]))
        if None in answers:
            days = [day for day, answer in zip(days, answers, strict=True) if answer is not None]
            answers = [answer for answer in answers if answer is not None]
        self._days[:0] = days
        self._values[:0] = answers
        self._unread = start
        self._read_from = first_day - READ_AHEAD_DAYS if start else EVERYTHING - READ_AHEAD_DAYS
        self._totals = list(accumulate(self._values, initial=0))
        self._yes_days = None


def _ever(days: Sequence[int], least: int, within: int) -> bool:
    return least <= 0 or min(map(sub, days[least - 1 :], days), default=within) < within


def _runs(days: Sequence[int], *, gap: int) -> Iterator[slice]:
    """The days parted where two lie `gap` or more apart."""
    gaps = map(sub, days[1:], days)
    breaks = compress(count(1), map(gap.__le__, gaps))
    for first, last in pairwise([0, *breaks, len(days)]):
        if first < last:
            yield slice(first, last)


def _moving_sums(values: Iterable[Number], length: int) -> Iterator[Number]:
    """The sum of each value and the `length - 1` before it."""
    totals = list(accumulate(values, initial=0))
    before = [0] * length + totals
    return map(sub, totals[1:], before[1:])
