"""One question's answers over the days, laid out so that any window is two look-ups and a subtraction.

Only answered days are stored, so a window costs the same however long the diary or its gaps are; and no more of the
diary is read than was asked about, so a look at today does not read the years before.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain, compress, count, pairwise, repeat
from operator import is_not, sub
from typing import Any, NamedTuple, TypeVar

READ_AHEAD_DAYS = 28
"""Read so many days before the ones asked about, because windows of several lengths end on the same day."""

EVERYTHING = 0
"""A day number before every possible entry."""

LONGEST_WINDOW = 366
"""Days. Answers that lie as far apart are counted apart, so that no time is spent on the empty years between them."""


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
        self._totals: list[float] | None = None
        self._yes_days: list[int] | None = None
        self._known_runs: Sequence[_Run] | None = None
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

    def window(self, day: int, length: int) -> tuple[int, float]:
        """The last `length` days, `day` itself included: how many answers they hold, and their sum.

        For a yes/no question the sum is the number of yes.
        """
        first_day = day - length + 1
        if first_day < self._read_from:
            self._reach(first_day)
        first = bisect_left(self._days, first_day)
        last = bisect_right(self._days, day)
        totals = self._totals or self._add_up()
        return last - first, totals[last] - totals[first]

    def mean(self, day: int, length: int, least: int) -> float | None:
        """The mean of the last `length` days (of a yes/no question the share of yes); `None` below `least` answers."""
        if self.whole:
            return self.means(length, least).get(day)
        answers, total = self.window(day, length)
        return total / answers if answers >= least else None

    def windows(self, length: int) -> tuple[Sequence[int], Sequence[int], Sequence[float]]:
        """Every day whose last `length` days hold an answer; beside it how many they hold, and their sum.

        A few days of which they hold none are among them. Raises ValueError for a `length` above `LONGEST_WINDOW`.
        """
        if length > LONGEST_WINDOW:
            raise ValueError(f"a window of {length} days is longer than the answers are counted together")
        runs = [run.windows(length) for run in self._runs]
        if len(runs) == 1:
            return runs[0]
        ends, answers, totals = zip(*runs, strict=True) if runs else ((), (), ())
        return list(chain(*ends)), list(chain(*answers)), list(chain(*totals))

    def means(self, length: int, least: int) -> dict[int, float]:
        """The mean of the last `length` days of every day on which they hold at least so many answers."""
        known = self._means.get((length, least))
        if known is None:
            known = self._means[length, least] = {
                day: total / answers
                for day, answers, total in zip(*self.windows(length), strict=True)
                if answers >= least
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
            answered = list(map(is_not, answers, repeat(None)))
            days, answers = list(compress(days, answered)), list(compress(answers, answered))
        self._days[:0] = days
        self._values[:0] = answers
        self._unread = start
        self._read_from = first_day - READ_AHEAD_DAYS if start else EVERYTHING - READ_AHEAD_DAYS
        self._totals = self._yes_days = None

    @property
    def _runs(self) -> Sequence[_Run]:
        if self._known_runs is None:
            self._known_runs = list(_runs_of(self.days, self._values))
        return self._known_runs

    def _add_up(self) -> list[float]:
        """The sum of all answers before each, and of all."""
        self._totals = list(accumulate(self._values, initial=0))
        return self._totals


class _Run(NamedTuple):
    """Days from one to another: how many of them were answered up to each, and the sum of the answers."""

    first: int
    answers: Sequence[int]
    totals: Sequence[float]

    def windows(self, length: int) -> tuple[Sequence[int], Sequence[int], Sequence[float]]:
        """As `Series.windows`."""
        ends = range(self.first, self.first + len(self.answers) + length - 1)
        return ends, _moving_sums(self.answers, length), _moving_sums(self.totals, length)


def _moving_sums(totals: Sequence[Number], length: int) -> Sequence[Number]:
    """What the last `length` days hold, given what all up to a day hold; also on the days after the last."""
    after = list(chain(totals, repeat(totals[-1], length - 1)))
    return list(chain(after[:length], map(sub, after[length:], after)))


def _runs_of(days: Sequence[int], values: Sequence[float]) -> Iterator[_Run]:
    """The answered days parted where no window reaches from one to the next."""
    gaps = map(sub, days[1:], days)
    breaks = compress(count(1), map(LONGEST_WINDOW.__le__, gaps))
    for first, last in pairwise([0, *breaks, len(days)]):
        if first < last:
            yield _run_of(days[first:last], values[first:last])


def _run_of(days: Sequence[int], values: Sequence[float]) -> _Run:
    all_days = range(days[0], days[-1] + 1)
    if len(days) == len(all_days):
        return _Run(days[0], range(1, len(days) + 1), list(accumulate(values)))
    answered = dict(zip(days, values, strict=True))
    answers = accumulate(map(answered.__contains__, all_days))
    return _Run(days[0], list(answers), list(accumulate(map(answered.get, all_days, repeat(0)))))
