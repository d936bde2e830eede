"""Who did what about an alert, kept for everyone who may see it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from alerts.models import Alert, Response
from alerts.models.response import ResponseWord
from diary.notes import opened, resealed, sealed


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


def note_of(response: Response) -> str | None:
    """What it says to the others, opened."""
    return None if response.note is None else opened(bytes(response.note))


@transaction.atomic
def reseal_response_notes() -> int:
    """Seal every note to the others under the current key; gives how many there are."""
    noted = list(Response.objects.select_for_update().filter(note__isnull=False).order_by("pk"))
    for response in noted:
        response.note = resealed(bytes(response.note or b""))
    Response.objects.bulk_update(noted, ["note"], batch_size=500)
    return len(noted)
