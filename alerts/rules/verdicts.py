"""Did the treatment help? A trial judged on every day from adequacy to its last.

*Responded*: the mean score fell by at least 2 points, or by at least 30 % and at least 1 point (Farrar 2001).
*Not responded*: neither. *Uncertain*: the 80 % interval of the difference straddles that cut-off. A response that was
found holds until a relapse; not responded holds until a clear response.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cached_property

from alerts.rules.checks import TOLERANCE, reaches
from alerts.rules.comparison import Comparison, Scores, last_week_means, questions_before, uncertain
from alerts.rules.series import Series
from alerts.rules.trials import Trial, adequate_from
from alerts.rules.words import VALUE_DAYS, value_28

RELAPSE_WITHIN = 1.0
RELAPSE_ABOVE = 1.0
RELAPSE_DAYS = 14

NO_BASELINE_FROM = 28
NO_BASELINE_MEAN = 4.0
"""Without a before, moderate pain (4 or more) after four weeks of treatment counts as not helped."""

RESPONDED_COUNTS_AFTER = 28
"""A response counts while the trial runs and so many days after."""


class Verdict(StrEnum):
    """What a trial has shown so far."""

    NOT_JUDGED = "not_judged"
    RESPONDED = "responded"
    RELAPSING = "relapsing"
    """A response suspended because the pain is back near where it was."""
    RESPONSE_ENDED = "response_ended"
    """The pain came back after the last day of the trial."""
    NOT_RESPONDED = "not_responded"
    UNCERTAIN = "uncertain"


class Judgement:
    """A trial's verdict on every day, found by walking through its days once."""

    def __init__(
        self,
        *,
        trial: Trial,
        taken: Series,
        scores: Scores,
        scored_days: Sequence[int],
        pattern: Callable[[int], bool],
    ) -> None:
        """`taken` says on which days the treatment was, `scored_days` are the diary's days.

        `pattern` says whether the night/rest pattern holds on a day.
        """
        self.trial = trial
        self._taken = taken
        self._scores = scores
        self._scored_days = scored_days
        self._pattern = pattern
        self._sides = [(before, last_week_means(before.series)) for before in questions_before(trial, scores)]
        self._verdict = Verdict.NOT_JUDGED
        self._response: Comparison | None = None
        self._relapsing_since: int | None = None

    @cached_property
    def adequate_from(self) -> int | None:
        """The first day on which the trial is adequate."""
        return adequate_from(self.trial, self._taken)

    def counts_on(self, day: int, *, days_after: int) -> bool:
        """Whether the trial is adequate by then and ended no more than so many days before."""
        if not self.trial.start <= day <= self.trial.end + days_after:
            return False
        return self.adequate_from is not None and self.adequate_from <= day

    def verdict_on(self, day: int) -> Verdict:
        """The verdict that holds on the day."""
        days, verdicts = self._verdicts
        changes = bisect_right(days, day)
        return verdicts[changes - 1] if changes else Verdict.NOT_JUDGED

    def comparison_on(self, day: int) -> Comparison | None:
        """Before and after on the day; `None` when either side holds too few scores."""
        for before, afters in self._sides:
            after = afters.get(day)
            if after is not None:
                return Comparison(before, after)
        return None

    def last_comparison(self, day: int) -> Comparison | None:
        """The comparison the current verdict is based on: the latest in the trial up to the day."""
        days = range(min(day, self.trial.end), self.trial.start, -1)
        return next((found for found in map(self.comparison_on, days) if found), None)

    @cached_property
    def _days_fallen(self) -> set[int]:
        """The only days on which the fall can count as a response."""
        return {
            day
            for before, afters in self._sides
            for day, after in afters.items()
            if after <= before.responded_at + TOLERANCE
        }

    @cached_property
    def _verdicts(self) -> tuple[list[int], list[Verdict]]:
        """The days on which the verdict changes, and what it changes to."""
        days: list[int] = []
        verdicts: list[Verdict] = []
        for day in self._judged_days():
            if not verdicts or verdicts[-1] is not self._verdict:
                days.append(day)
                verdicts.append(self._verdict)
        return days, verdicts

    def _judged_days(self) -> Iterator[int]:
        """Each day on which the verdict may change, once it has been judged."""
        if self.adequate_from is None:
            return
        end = self.trial.end
        for day in self._days_to_judge(self.adequate_from, end):
            self._judge(day)
            yield day
        for day in self._days_to_judge(end + 1, end + RESPONDED_COUNTS_AFTER):
            self._follow_ended_trial(day)
            yield day

    def _days_to_judge(self, first: int, last: int) -> Iterable[int]:
        """Those with an after; without a before, those that have a diary day in their last four weeks."""
        if not self._sides:
            return _days_near(self._scored_days, first, last)
        days = sorted(set[int]().union(*(afters for _, afters in self._sides)))
        return days[bisect_left(days, first) : bisect_right(days, last)]

    def _judge(self, day: int) -> None:
        if not self._sides:
            self._judge_without_before(day)
        elif self._response is not None:
            self._follow_response(day, self._response)
        else:
            self._compare(day)

    def _compare(self, day: int) -> None:
        if self._verdict is Verdict.NOT_RESPONDED and day not in self._days_fallen:
            return
        comparison = self.comparison_on(day)
        if comparison is None:
            return
        fell_enough = comparison.fell_enough
        if self._verdict is Verdict.NOT_RESPONDED and not fell_enough:
            return
        if not uncertain(comparison, day):
            self._verdict = Verdict.RESPONDED if fell_enough else Verdict.NOT_RESPONDED
            self._response = comparison if fell_enough else None
        elif self._verdict is not Verdict.NOT_RESPONDED:
            self._verdict = Verdict.UNCERTAIN

    def _follow_response(self, day: int, response: Comparison) -> None:
        """A relapse suspends the response at once; lasting two weeks on treatment it becomes not responded."""
        back = self._pain_is_back(day, response)
        if back is None:
            return
        if not back:
            self._verdict, self._relapsing_since = Verdict.RESPONDED, None
            return
        if self._relapsing_since is None:
            self._relapsing_since = day
        self._verdict = Verdict.RELAPSING
        if day - self._relapsing_since >= RELAPSE_DAYS:
            self._verdict, self._response, self._relapsing_since = Verdict.NOT_RESPONDED, None, None

    def _follow_ended_trial(self, day: int) -> None:
        """After the last day the verdict holds, but a relapse ends a response permanently."""
        if self._response is None or self._verdict is Verdict.RESPONSE_ENDED:
            return
        back = self._pain_is_back(day, self._response)
        if back is not None:
            self._verdict = Verdict.RESPONSE_ENDED if back else Verdict.RESPONDED

    def _pain_is_back(self, day: int, response: Comparison) -> bool | None:
        """Within 1 point of the before and at least 1 above the after on which the response was first found."""
        mean = last_week_means(response.before.series).get(day)
        if mean is None:
            return None
        near_before = reaches(mean, response.before.mean - RELAPSE_WITHIN)
        return near_before and reaches(mean, response.after + RELAPSE_ABOVE)

    def _judge_without_before(self, day: int) -> None:
        """Still in pain after four weeks of treatment, with nothing to compare: judged again on every day."""
        mean = _four_week_mean(self._scores, day) if self.trial.day_number(day) >= NO_BASELINE_FROM else None
        still_high = reaches(mean, NO_BASELINE_MEAN) and self._pattern(day)
        self._verdict = Verdict.NOT_RESPONDED if still_high else Verdict.NOT_JUDGED


def _four_week_mean(scores: Scores, day: int) -> float | None:
    values = (value_28(series, day) for series in scores.values())
    return next((value for value in values if value is not None), None)


def _days_near(scored_days: Sequence[int], first: int, last: int) -> Iterator[int]:
    """The days from first to last that have a diary day in their last four weeks; the others change no verdict."""
    day = first
    while day <= last:
        newer = bisect_right(scored_days, day)
        if newer and day - scored_days[newer - 1] < VALUE_DAYS:
            yield day
            day += 1
        elif newer < len(scored_days):
            day = scored_days[newer]
        else:
            return
