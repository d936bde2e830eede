"""A check compares one thing that was counted with one threshold.

A rule is a sequence of checks and holds when all are met. Its evidence is the checks themselves; "why no alert?" is
those that are not met.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import compress
from math import ceil, inf
from operator import ge, sub
from typing import NamedTuple, Union

from alerts.rules.series import Series

Fact = Union[float, int, bool, str, None, list[str], "Facts"]
Facts = Mapping[str, Fact]
"""Numbers by name, as plain JSON values; a check made of others holds theirs under their names."""

TOLERANCE = 1e-9
"""For the rounding of floating sums only; scores are whole and weights have two decimals, so no real difference is
this small."""


class Check(NamedTuple):
    """One comparison: what it is called, whether it is met, and the numbers compared."""

    name: str
    met: bool
    tell: Callable[[], Facts]
    """Tells the numbers; most checks are never asked for them, so they are put together only then."""

    @property
    def facts(self) -> Facts:
        """The numbers compared."""
        return self.tell()


def reaches(value: float | None, threshold: float) -> bool:
    """Whether there is a value and it is at least the threshold."""
    return value is not None and value >= threshold - TOLERANCE


def at_least(name: str, value: float | None, threshold: float) -> Check:
    """A value, which may be missing, against the least it must be."""
    return Check(name, reaches(value, threshold), lambda: {"value": value, "threshold": threshold})


def at_most(name: str, value: float, threshold: float) -> Check:
    """A value against the most it may be."""
    return Check(name, value <= threshold + TOLERANCE, lambda: {"value": value, "at_most": threshold})


def any_of(name: str, found: Iterable[str]) -> Check:
    """Met when at least one sign was found; names those that were."""
    signs = list(found)
    return Check(name, bool(signs), lambda: {"found": signs})


def is_so(name: str, answer: bool | None) -> Check:
    """Met by a yes; neither by a no nor by an unanswered question."""
    return Check(name, answer is True, lambda: {"value": answer})


def either(name: str, *parts: Check) -> Check:
    """Met when any of its parts is."""
    return Check(name, any(part.met for part in parts), partial(_by_name, parts))


def both(name: str, *parts: Check) -> Check:
    """Met when all of its parts are."""
    return Check(name, all(part.met for part in parts), partial(_by_name, parts))


def _by_name(parts: Iterable[Check]) -> Facts:
    return {part.name: {"met": part.met, **part.facts} for part in parts}


@dataclass(frozen=True, eq=False)
class Quota:
    """At least `share` of at least `answers` answers in the last `days` days, the yes spread over `apart` days."""

    days: int
    answers: int
    share: float
    apart: int = 0

    def met(self, series: Series, day: int) -> bool:
        """Whether the yes answers of the question fill the quota on that day."""
        if series.whole:
            known = series.filled.get(self)
            return day in (self.days_met(series) if known is None else known)
        answers, yes = series.window(day, self.days)
        return yes >= self._yes_needed[answers] and self._spread(series, day)

    def days_met(self, series: Series) -> set[int]:
        """Every day on which they fill it, found in one pass over the diary."""
        known = series.filled.get(self)
        if known is None:
            known = series.filled[self] = self._days_filled(series) if self.can_be_met(series.yes_days) else set()
        return known

    def can_be_met(self, yes_days: Sequence[int]) -> bool:
        """Whether these yes, in order of time, are as many and as far apart as it takes at least."""
        least = ceil(self.share * self.answers - TOLERANCE)
        return not least or (
            len(yes_days) >= least
            and yes_days[-1] - yes_days[0] >= self.apart
            and min(map(sub, yes_days[least - 1 :], yes_days)) < self.days
        )

    def _days_filled(self, series: Series) -> set[int]:
        filled = self._days_with_enough_yes(series) if self.share else self._days_with_enough_answers(series.days)
        return self._days_with_spread(series.yes_days).intersection(filled) if self.apart else set(filled)

    def _days_with_enough_yes(self, series: Series) -> Iterable[int]:
        ends, answers, yes = series.windows(self.days)
        return compress(ends, map(ge, yes, map(self._yes_needed.__getitem__, answers)))

    def _days_with_enough_answers(self, days: Sequence[int]) -> Iterable[int]:
        """Whatever they are: for each set of neighbours the days whose last days hold them all."""
        told = 0
        for first, last in zip(days, days[self.answers - 1 :], strict=False):
            yield from range(max(last, told), first + self.days)
            told = max(told, first + self.days)

    def _days_with_spread(self, yes_days: Sequence[int]) -> set[int]:
        """For each yes, the days whose last days hold it and one far enough after it."""
        days: set[int] = set()
        for first in yes_days:
            after = bisect_left(yes_days, first + self.apart)
            if after < len(yes_days):
                days.update(range(yes_days[after], first + self.days))
        return days

    @cached_property
    def _yes_needed(self) -> Sequence[float]:
        """How many yes it takes for each number of answers that the days can hold."""
        return [
            inf if answers < self.answers else ceil(self.share * answers - TOLERANCE)
            for answers in range(self.days + 1)
        ]

    def check(self, name: str, series: Series, day: int) -> Check:
        """The same with the counts."""
        return Check(name, self.met(series, day), partial(self.counts, series, day))

    def counts(self, series: Series, day: int) -> Facts:
        """Positive, answered and calendar days, and how many are needed."""
        answers, yes = series.window(day, self.days)
        facts: dict[str, Fact] = {
            "positive": int(yes),
            "answered": answers,
            "calendar_days": self.days,
            "answers_needed": self.answers,
            "share_needed": self.share,
        }
        if self.apart:
            facts |= {"days_apart": series.yes_days_apart(day, self.days), "days_apart_needed": self.apart}
        return facts

    def _spread(self, series: Series, day: int) -> bool:
        return not self.apart or reaches(series.yes_days_apart(day, self.days), self.apart)
