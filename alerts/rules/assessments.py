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
    latest = latest_assessment(assessments, day)
    return latest if latest is not None and day - latest <= IN_FORCE_DAYS else None


def latest_assessment(assessments: Sequence[int], day: int) -> int | None:
    """The day of the latest assessment on or before `day`, however long ago."""
    before = bisect_right(assessments, day)
    return assessments[before - 1] if before else None
