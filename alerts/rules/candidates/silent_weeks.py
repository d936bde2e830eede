"""The night/rest pattern where silence is not a no: what the candidates of both `night_rest_` rules share.

The active rules ask for two answers and a positive in each of the last three weeks, and for a positive in each of six.
Someone who writes on half of the days often leaves such a week short by chance, so that a week about which nothing is
known breaks a pattern as a week without pain would. Here only a week that was mostly answered, and never positive,
speaks against the pattern. Where every day is answered, both say the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from alerts.rules.case import Case
from alerts.rules.checks import Check, Quota, at_least, at_most, reaches
from alerts.rules.companions import companions_new_for_six_weeks
from alerts.rules.night_rest import (
    A_POSITIVE,
    CHANGE_DAYS,
    HIGH_PAIN_WITH_NIGHTS,
    HIGHER_PAIN,
    MORE_NIGHTS,
    PATTERN,
    RUN_GAP,
    WEEKS,
    weeks_met,
)
from alerts.rules.remembering import remembered
from alerts.rules.words import reference, value_28

ANY_WEEK = Quota(days=7, answers=1, share=A_POSITIVE)
WEEKS_WITH_POSITIVE = 2
"""Of the last three weeks at least two hold a positive answer."""
MOSTLY_ANSWERED = 4
"""A week, or a gap between painful nights, with so many answers and no positive speaks against the pattern."""
SILENT_GAP = 21
"""A run of painful nights outlasts so many days between two of them when hardly any was answered."""


@remembered
def pattern_checks(case: Case, day: int) -> tuple[Check, ...]:
    """At least half of at least 10 answers in 28 days positive, and the last three weeks speak for it."""
    return PATTERN.check("night_rest", case.night_rest, day), *weeks_checks(case, day, WEEKS, WEEKS_WITH_POSITIVE)


@remembered
def pattern_days(case: Case) -> set[int]:
    """All days on which the pattern holds, of a case that is asked about as a whole."""
    days = PATTERN.days_met(case.night_rest)
    return days & days_of_weeks(case, WEEKS, WEEKS_WITH_POSITIVE) if days else days


def pattern_holds(case: Case, day: int) -> bool:
    """Whether the pattern holds on the day."""
    return day in pattern_days(case) if case.whole else all(check.met for check in pattern_checks(case, day))


def days_of_weeks(case: Case, weeks: int, positive: int) -> set[int]:
    """All days on which enough of the last weeks hold a positive, and none that was mostly answered is without one."""
    ends = ANY_WEEK.days_met(case.night_rest)
    with_positive = Counter(end + 7 * week for end in ends for week in range(weeks))
    against = {end + 7 * week for end in _ends_of_weeks_against(case) for week in range(weeks)}
    return {day for day, holding in with_positive.items() if holding >= positive} - against


def weeks_checks(case: Case, day: int, weeks: int, positive: int) -> Iterator[Check]:
    """Enough of the last weeks hold a positive, and none that was mostly answered is without one."""
    yield at_least(f"weeks_with_positive_of_{weeks}", weeks_met(case, day, weeks, ANY_WEEK), positive)
    yield at_most(f"weeks_against_of_{weeks}", _weeks_against(case, day, weeks), 0)


def _weeks_against(case: Case, day: int, weeks: int) -> int:
    against = _ends_of_weeks_against(case)
    return sum(day - 7 * week in against for week in range(weeks)) if against else 0


@remembered
def _ends_of_weeks_against(case: Case) -> set[int]:
    windows = zip(*case.night_rest.windows(7), strict=True)
    return {day for day, answers, positive in windows if answers >= MOSTLY_ANSWERED and not positive}


def run_length(case: Case, day: int) -> int:
    """Days from the first to the last positive of the current run; silence of up to three weeks does not break it."""
    positives = case.night_rest.yes_days
    latest = bisect_right(positives, day) - 1
    return positives[latest] - _run_starts(case)[latest] + 1 if latest >= 0 else 0


@remembered
def _run_starts(case: Case) -> list[int]:
    """For each positive day the first day of its run."""
    positives = case.night_rest.yes_days
    starts = positives[:1]
    for earlier, later in pairwise(positives):
        starts.append(starts[-1] if _joined(case, earlier, later) else later)
    return starts


def _joined(case: Case, earlier: int, later: int) -> bool:
    if later - earlier <= RUN_GAP:
        return True
    answers, _ = case.night_rest.window(later - 1, later - earlier - 1)
    return later - earlier <= SILENT_GAP and answers < MOSTLY_ANSWERED


@remembered
def changed_since(case: Case, day: int, since: int) -> list[str]:
    """As in the active rules: clearly more pain for two weeks of the pattern, or a lasting new companion."""
    worse = all(_worse(case, each, since, day) for each in range(day, day - CHANGE_DAYS, -1))
    return (["worst_pain"] if worse else []) + companions_new_for_six_weeks(case, day, since)


def _worse(case: Case, each: int, since: int, day: int) -> bool:
    then, now = reference(case.worst_pain, since, day), value_28(case.worst_pain, each)
    if then is None or now is None or not pattern_holds(case, each):
        return False
    nights_then, nights = reference(case.night_rest, since, day), value_28(case.night_rest, each)
    more = nights_then is not None and nights is not None and reaches(nights - nights_then.value, MORE_NIGHTS)
    rise = now - then.value
    return reaches(rise, HIGHER_PAIN) or (more and reaches(rise, HIGH_PAIN_WITH_NIGHTS))
