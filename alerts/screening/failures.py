"""Diaries whose screening fails: counted in the database, since the worker may have died of it."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from alerts.models import ScreeningFailure

FIRST_REST: Final = timedelta(minutes=1)
LONGEST_REST: Final = timedelta(hours=1)
"""A failure that a release mends must not leave anyone unscreened for long."""


def failure_counted(*, patient_id: UUID, error: str, now: datetime) -> None:
    """One more; each rest is twice as long as the one before. `error` is the kind of error, never its text."""
    earlier = ScreeningFailure.objects.filter(patient_id=patient_id).values_list("attempts", flat=True).first() or 0
    ScreeningFailure.objects.update_or_create(
        patient_id=patient_id,
        defaults={
            "attempts": earlier + 1,
            "failed_at": now,
            "retry_at": now + min(FIRST_REST * 2 ** min(earlier, 10), LONGEST_REST),
            "error": error,
        },
    )


def failure_named(*, patient_id: UUID, error: str) -> None:
    """The attempt that was counted ahead ended with this kind of error."""
    ScreeningFailure.objects.filter(patient_id=patient_id).update(error=error)
