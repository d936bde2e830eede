"""The week before a treatment beside the last week of a day: did the pain fall, and is that clear?

Each side needs at least four scores of the same question: night/rest scores when both sides have them, else worst
pain. The fall that counts is at least 2 points, or at least 30 % and at least 1 point (Farrar 2001).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from alerts.rules.checks import TOLERANCE
from alerts.rules.series import Series
from alerts.rules.trials import Trial
from alerts.rules.welch import half_width

SIDE_DAYS = 7
"""Before is the 7 days before the start, after the last 7 days."""
SIDE_SCORES = 4
"""Each side needs at least this many scores."""

RESPONSE_POINTS = 2.0
RESPONSE_SHARE = 0.30
RESPONSE_SHARE_POINTS = 1.0
"""A fall of 2 points, or of 30 % when that is at least 1 point, is what patients call better (Farrar 2001)."""

Scores = Mapping[str, Series]
"""The questions a trial is judged on by name, the preferred first: night/rest scores, else worst pain."""

RECALLED_QUESTION = "worst_pain"


class Before(NamedTuple):
    """What a question's scores after the start are compared with, in points."""

    question: str
    series: Series
    scores: Sequence[float]
    mean: float
    responded_at: float
    """An after of at most this is a response."""

    @property
    def low_confidence(self) -> bool:
        """Whether it was recalled, not recorded."""
        return len(self.scores) < SIDE_SCORES


class Comparison(NamedTuple):
    """The week before beside the last week of one day."""

    before: Before
    after: float

    @property
    def fell_enough(self) -> bool:
        """Whether the fall counts as a response."""
        return self.after <= self.before.responded_at + TOLERANCE


def response_cut_off(before: float) -> float:
    """The fall in points that counts as a response, given the mean before."""
    return min(RESPONSE_POINTS, max(RESPONSE_SHARE * before, RESPONSE_SHARE_POINTS))


def questions_before(trial: Trial, scores: Scores) -> list[Before]:
    """The questions with enough scores in the week before, the preferred first; else the recalled worst pain."""
    first, last = trial.start - SIDE_DAYS, trial.start - 1
    sides = [(question, series, series.values_between(first, last)) for question, series in scores.items()]
    recorded = [_before_of(*side) for side in sides if len(side[2]) >= SIDE_SCORES]
    if recorded or trial.recalled_before is None:
        return recorded
    return [_before_of(RECALLED_QUESTION, scores[RECALLED_QUESTION], [trial.recalled_before])]


def _before_of(question: str, series: Series, scores: Sequence[float]) -> Before:
    mean = sum(scores) / len(scores)
    return Before(question, series, scores, mean, mean - response_cut_off(mean))


def last_week_means(question: Series) -> Mapping[int, float]:
    """The mean of the week that ends on a day, by day; none for a day whose week holds too few scores."""
    return question.means(SIDE_DAYS, SIDE_SCORES)


def uncertain(comparison: Comparison, day: int) -> bool:
    """Whether the interval of the difference reaches over the cut-off."""
    after = comparison.before.series.values_between(day - SIDE_DAYS + 1, day)
    from_cut_off = abs(comparison.after - comparison.before.responded_at)
    return from_cut_off < half_width(comparison.before.scores, after) - TOLERANCE
