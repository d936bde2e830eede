"""Which assessment is in force on a day: since when a pattern must have changed.

The latest one is, for a year; and beyond that if the diary was kept under it, so that there is something to compare
with. Otherwise the doctor has seen another pain than the one in the diary, as far as anyone can tell.
"""

from __future__ import annotations

from bisect import bisect_right

from alerts.rules.assessments import YEAR, latest_assessment
from alerts.rules.case import Case
from alerts.rules.remembering import remembered
from alerts.rules.series import Series
from alerts.rules.words import VALUE_ANSWERS, VALUE_DAYS, value_28


def assessment_in_force(case: Case, day: int) -> int | None:
    """The day of the assessment that is in force on `day`."""
    latest = latest_assessment(case.assessments, day)
    if latest is None or (day - latest > YEAR and not kept_under(case, latest)):
        return None
    return latest


def assessment_of_the_year(case: Case, day: int) -> int | None:
    """The assessment in force as version 1 of the rules had it: after a year it lapsed, whatever was written."""
    latest = latest_assessment(case.assessments, day)
    return None if latest is None or day - latest > YEAR else latest


@remembered
def kept_under(case: Case, assessment: int) -> bool:
    """Whether the first 28-day value that ended on the assessment's day or later did so within a year of it."""
    first_values = (_first_value_from(question, assessment) for question in (case.worst_pain, case.night_rest))
    return any(ended_on is not None and ended_on - assessment <= YEAR for ended_on in first_values)


def _first_value_from(question: Series, day: int) -> int | None:
    """The first day, `day` or a later one, on which a 28-day value ends."""
    if value_28(question, day) is not None:
        return day
    days = question.days
    for newest in range(max(bisect_right(days, day), VALUE_ANSWERS - 1), len(days)):
        if days[newest] - days[newest - VALUE_ANSWERS + 1] < VALUE_DAYS:
            return days[newest]
    return None
