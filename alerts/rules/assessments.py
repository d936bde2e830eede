"""Has a doctor looked at it?

A visit whose `about_this_pain` is not false is an assessment. It may be dated before the diary. While one is in force
a pattern must also have changed since.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from alerts.rules.history import Event

IN_FORCE_DAYS = 365
"""An assessment counts for a year; after that the pattern itself is news again."""


def assessment_days(events: Iterable[Event]) -> list[int]:
    """The days on which a doctor examined this pain, in order."""
    return sorted(
        {
            event.date.toordinal()
            for event in events
            if event.kind == "doctor_visit" and event.about_this_pain is not False
        }
    )


def assessment_in_force(assessments: Sequence[int], day: int) -> int | None:
    """The day of the latest assessment on or before `day`, unless it is more than a year ago."""
    before = bisect_right(assessments, day)
    if not before or day - assessments[before - 1] > IN_FORCE_DAYS:
        return None
    return assessments[before - 1]


def any_after(visits: Sequence[int], last: int, day: int) -> bool:
    """Whether any of these visits came after the day `last`, on `day` at the latest."""
    return bisect_right(visits, day) > bisect_right(visits, last)
