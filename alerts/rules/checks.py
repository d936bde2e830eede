"""A check compares one thing that was counted with one threshold.

A rule is a sequence of checks and holds when all are met. Its evidence is the checks themselves; "why no alert?" is
those that are not met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import NamedTuple, Union

from alerts.rules.series import Series

Fact = Union[float, int, bool, str, None, list[str], "Facts"]
Facts = Mapping[str, Fact]
"""Numbers by name, as plain JSON values; a check made of others holds theirs under their names."""

TOLERANCE = 1e-9
"""For the rounding of floating sums only; scores are whole and weights have one decimal, so no real difference is
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


@dataclass(frozen=True, slots=True, eq=False)
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
        return answers >= self.answers and yes >= self.share * answers - TOLERANCE and self._spread(series, day)

    def days_met(self, series: Series) -> set[int]:
        """Every day on which they fill it, found in one pass over the diary."""
        known = series.filled.get(self)
        if known is None:
            known = series.filled[self] = set(self._days_filled(series)) if self._ever(series) else set()
        return known

    def _ever(self, series: Series) -> bool:
        """Whether any window of the diary holds the answers, and the yes among them, that it takes at least."""
        return series.ever(self.answers, within=self.days) and series.ever_yes(self._least_yes, within=self.days)

    @property
    def _least_yes(self) -> int:
        return ceil(self.share * self.answers - TOLERANCE)

    def _days_filled(self, series: Series) -> Iterator[int]:
        least, share, apart = self.answers, self.share, self.apart
        return (
            day
            for day, answers, yes in series.windows(self.days)
            if answers >= least and yes >= share * answers - TOLERANCE and (not apart or self._spread(series, day))
        )

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
