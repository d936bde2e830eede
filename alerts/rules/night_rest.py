"""The night/rest pattern that both `night_rest_` rules are based on, and what counts as its change."""

from __future__ import annotations

from bisect import bisect_right

from alerts.rules.case import Case
from alerts.rules.checks import Check, Facts, Quota, at_least, reaches
from alerts.rules.companions import companions_new_for_six_weeks, new_companions_compared
from alerts.rules.remembering import remembered
from alerts.rules.words import reference, risen_facts, value_28

FAMILY = "night_rest"
"""The two `night_rest_` rules count as one when it comes to alerting again."""

PATTERN = Quota(days=28, answers=10, share=0.50)
WEEKS = 3
A_POSITIVE = 1 / 7
"""The share of one in the at most seven answers of a week."""
GOOD_WEEK = Quota(days=7, answers=2, share=A_POSITIVE)
"""Each of the last three weeks holds at least two answers and a positive one, so that one bad week is no pattern."""

RUN_GAP = 10
"""Successive positive days of one run are at most so many days apart."""

CHANGE_DAYS = 14
HIGHER_PAIN = 2.0
"""Points above the reference: what patients call clearly worse (Farrar 2001, mirrored)."""
HIGH_PAIN_WITH_NIGHTS = 1.5
MORE_NIGHTS = 0.30


@remembered
def pattern_checks(case: Case, day: int) -> tuple[Check, Check]:
    """The pattern: at least half of at least 10 answers in 28 days positive, and every one of three weeks in it."""
    weeks = weeks_met(case, day, WEEKS, GOOD_WEEK)
    return PATTERN.check("night_rest", case.night_rest, day), at_least("weeks_with_positive", weeks, WEEKS)


@remembered
def pattern_days(case: Case) -> set[int]:
    """All days on which the pattern holds, of a case that is asked about as a whole."""
    days = PATTERN.days_met(case.night_rest)
    return days & days_of_weeks_met(case, WEEKS, GOOD_WEEK) if days else days


def pattern_holds(case: Case, day: int) -> bool:
    """Whether the pattern holds on the day."""
    return day in pattern_days(case) if case.whole else all(check.met for check in pattern_checks(case, day))


def positive_days(case: Case, day: int) -> list[int]:
    """The days with a positive night/rest answer that the pattern is based on."""
    return case.night_rest.yes_between(day - PATTERN.days + 1, day)


def current_run(case: Case, day: int) -> tuple[int, int] | None:
    """The first and last day of the run of positives that the latest one on or before the day belongs to."""
    positives = case.night_rest.yes_days
    latest = bisect_right(positives, day) - 1
    return (_run_starts(case)[latest], positives[latest]) if latest >= 0 else None


def weeks_met(case: Case, day: int, weeks: int, quota: Quota) -> int:
    """How many of the last seven-day weeks fill the quota of one."""
    return sum(quota.met(case.night_rest, day - quota.days * week) for week in range(weeks))


def days_of_weeks_met(case: Case, weeks: int, quota: Quota) -> set[int]:
    """All days on which every one of the last seven-day weeks fills the quota of one."""
    ends = quota.days_met(case.night_rest)
    return ends.intersection(*({end + quota.days * week for end in ends} for week in range(1, weeks)))


@remembered
def _run_starts(case: Case) -> list[int]:
    """For each positive day the first day of its run."""
    starts: list[int] = []
    previous: int | None = None
    for positive in case.night_rest.yes_days:
        joined = previous is not None and positive - previous <= RUN_GAP
        starts.append(starts[-1] if joined else positive)
        previous = positive
    return starts


@remembered
def changed_since(case: Case, day: int, since: int) -> list[str]:
    """What changed since the visit: clearly more pain for two weeks, or a lasting new companion."""
    worse = ["worst_pain"] if _worse_for_two_weeks(case, day, since) else []
    return worse + companions_new_for_six_weeks(case, day, since)


def change_compared(case: Case, day: int, since: int) -> Facts:
    """The pain, the nights and the new companions, each beside its reference."""
    return {
        "worst_pain": {
            **risen_facts(case.worst_pain, since, day, HIGHER_PAIN),
            "rise_needed_with_nights": HIGH_PAIN_WITH_NIGHTS,
            "days_needed": CHANGE_DAYS,
        },
        "night_rest": risen_facts(case.night_rest, since, day, MORE_NIGHTS),
        **new_companions_compared(case, day, since),
    }


def _worse_for_two_weeks(case: Case, day: int, since: int) -> bool:
    pain_then = reference(case.worst_pain, since, day)
    if pain_then is None:
        return False
    nights_then = reference(case.night_rest, since, day)
    return all(
        pattern_holds(case, earlier)
        and _worse(case, earlier, pain_then.value, nights_then.value if nights_then else None)
        for earlier in range(day, day - CHANGE_DAYS, -1)
    )


def _worse(case: Case, day: int, pain_then: float, nights_then: float | None) -> bool:
    pain, nights = value_28(case.worst_pain, day), value_28(case.night_rest, day)
    if pain is None:
        return False
    if reaches(pain - pain_then, HIGHER_PAIN):
        return True
    if nights is None or nights_then is None:
        return False
    return reaches(pain - pain_then, HIGH_PAIN_WITH_NIGHTS) and reaches(nights - nights_then, MORE_NIGHTS)
