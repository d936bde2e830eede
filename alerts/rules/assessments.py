"""Has a doctor looked at it?

A visit whose `about_this_pain` is not false is an assessment. It may be dated before the diary. While one is in force
a pattern must also have changed since.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from alerts.rules.history import Event

YEAR = 365
"""An assessment is in force for a year whatever is written; how long beyond that, `in_force` says."""


def assessment_days(events: Iterable[Event]) -> list[int]:
    """The days on which a doctor examined this pain, in order."""
    return sorted(
        {
            event.date.toordinal()
            for event in events
            if event.kind == "doctor_visit" and event.about_this_pain is not False
        }
    )


def latest_assessment(assessments: Sequence[int], day: int) -> int | None:
    """The day of the latest assessment on or before `day`."""
    before = bisect_right(assessments, day)
    return assessments[before - 1] if before else None


def any_after(visits: Sequence[int], last: int, day: int) -> bool:
    """Whether any of these visits came after the day `last`, on `day` at the latest."""
    return bisect_right(visits, day) > bisect_right(visits, last)
