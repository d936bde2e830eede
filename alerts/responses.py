"""Who did what about an alert, kept for everyone who may see it."""

from datetime import datetime
from uuid import UUID

from alerts.models import Alert, Response
from alerts.models.response import ResponseWord
from diary.notes import sealed


def respond(alert: Alert, word: ResponseWord, user_id: UUID | None, at: datetime, *, note: str | None = None) -> None:
    """Keep what somebody did; `user_id` is None for what the service did itself."""
    Response.objects.create(
        patient_id=alert.patient_id,
        alert=alert,
        user_id=user_id,
        word=word,
        at=at,
        note=None if note is None else sealed(note).encode(),
    )
