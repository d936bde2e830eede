"""The words of the rules, each defined once: persistent, for six weeks, 28-day value, reference, new since, newly.

*Day* and *answer* are in `days`, *in the last N days* is `Series.window`, *positive* is `days.night_rest`.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from alerts.rules.checks import TOLERANCE, Facts, Quota, reaches
from alerts.rules.series import Reference, Series

PERSISTENT = Quota(days=21, answers=9, share=0.60, apart=14)
"""Yes on at least 60 % of at least 9 answers in 21 days, first and last yes at least 14 days apart."""

FOR_SIX_WEEKS = Quota(days=49, answers=15, share=0.60, apart=41)
"""Yes on at least 60 % of at least 15 answers in 49 days, first and last yes at least 41 days apart: six weeks, so that
colds pass (NICE NG12 would act after three)."""

VALUE_DAYS = 28
VALUE_ANSWERS = 10

NEW_BELOW = 0.20
"""A symptom that was there on fewer than a fifth of the reference days counts as not there before."""

NEWLY_AFTER_DAYS = 14
"""A sign is newly there when none of the 14 days before says yes."""

BEFORE_THE_DIARY = 0
"""A day number before every possible entry (dates begin in 1900)."""


def value_28(question: Series, day: int) -> float | None:
    """The share of yes (for a score the mean) over the last 28 days when they hold at least 10 answers."""
    return question.mean(day, VALUE_DAYS, VALUE_ANSWERS)


def reference(question: Series, since: int, day: int) -> Reference | None:
    """What a day after `since` (a visit, or the last alert) is compared with.

    The last 28-day value that ended on or before `since`; without one the first that ends after it, and then changes
    count from the day after that.
    """
    if since not in question.references:
        question.references[since] = _last_value(question, since) or _first_value(question)
    found = question.references[since]
    if found is None or (found.ended_on > since and found.ended_on >= day):
        return None
    return found


def risen_since(question: Series, since: int, day: int, by: float) -> bool:
    """Whether the 28-day value is at least so much above the reference."""
    then, now = reference(question, since, day), value_28(question, day)
    return then is not None and now is not None and reaches(now - then.value, by)


def new_since(symptom: Series, since: int, day: int) -> bool:
    """Whether the symptom was hardly there, on under 20 % of the answered days, at the reference."""
    at_reference = reference(symptom, since, day)
    return at_reference is not None and at_reference.value < NEW_BELOW - TOLERANCE


def risen_facts(question: Series, since: int, day: int, by: float) -> Facts:
    """What `risen_since` compares: the 28-day value, its reference, and the day on which that ended."""
    return {**_compared(question, since, day), "rise_needed": by}


def new_facts(symptom: Series, since: int, day: int) -> Facts:
    """What `new_since` compares: the same, and the share under which the reference must be."""
    return {**_compared(symptom, since, day), "reference_below": NEW_BELOW}


def newly_yes(symptom: Series, day: int) -> bool:
    """Yes on the day, and not yes on any answered day of the 14 before."""
    return symptom.yes_between(day - NEWLY_AFTER_DAYS, day) == [day]


def _compared(question: Series, since: int, day: int) -> Facts:
    then = reference(question, since, day)
    return {
        "value": value_28(question, day),
        "reference": None if then is None else then.value,
        "reference_ended_on": None if then is None else date.fromordinal(then.ended_on).isoformat(),
    }


def _last_value(question: Series, day: int) -> Reference | None:
    """The last 28-day value that ended on or before the day: as a rule on the day itself."""
    if value_28(question, day) is not None:
        return _reference_on(question, day)
    for newest in range(bisect_right(question.days, day) - 1, VALUE_ANSWERS - 2, -1):
        oldest_day = question.days[newest - VALUE_ANSWERS + 1]
        if question.days[newest] - oldest_day < VALUE_DAYS:
            ended_on = min(day, oldest_day + VALUE_DAYS - 1)
            return _reference_on(question, ended_on)
    return None


def _first_value(question: Series) -> Reference | None:
    """The first 28-day value of the diary."""
    for oldest_day, newest_day in zip(question.days, question.days[VALUE_ANSWERS - 1 :], strict=False):
        if newest_day - oldest_day < VALUE_DAYS:
            return _reference_on(question, newest_day)
    return None


def _reference_on(question: Series, day: int) -> Reference:
    answers, total = question.window(day, VALUE_DAYS)
    return Reference(total / answers, day)
