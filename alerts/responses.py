"""Who did what about an alert, kept for everyone who may see it, and noted in the access log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from alerts.models import Alert, Response
from alerts.models.response import ResponseWord
from diary.access import log as access_log
from diary.access.log import Line
from diary.models.access_line import Action
from diary.sealing import readable, resealed, sealed

_DEEDS: Final[Mapping[ResponseWord, Action]] = {
    "acknowledged": "acknowledged",
    "taken_back": "taken_back",
    "seen": "outcome_given",
    "not_yet": "outcome_given",
    "not_serious": "outcome_given",
    "being_investigated": "outcome_given",
    "serious": "outcome_given",
    "did_not_go": "outcome_given",
}
"""What the access log calls what changes an alert for everyone."""


def respond(alert: Alert, word: ResponseWord, user_id: UUID | None, at: datetime, *, note: str | None = None) -> None:
    """Keep what someone did, in the transaction of the deed; `user_id` is None for what the service did itself."""
    if user_id is not None and word in _DEEDS:
        line = Line(_DEEDS[word], "alert", alert.pk)
        access_log.note(line, patient_id=alert.patient_id, actor_id=user_id, at=at)
    Response.objects.create(
        patient_id=alert.patient_id,
        alert=alert,
        user_id=user_id,
        word=word,
        at=at,
        note=None if note is None else sealed(note).encode(),
    )


def note_of(response: Response) -> str | None:
    """What it says to the others; none where no known key opens it."""
    return None if response.note is None else readable(bytes(response.note))


@transaction.atomic
def reseal_response_notes() -> int:
    """Seal every note to the others under the current key; gives how many there are."""
    noted = list(Response.objects.select_for_update(no_key=True).filter(note__isnull=False).order_by("pk"))
    for response in noted:
        response.note = resealed(bytes(response.note or b""))
    Response.objects.bulk_update(noted, ["note"], batch_size=500)
    return len(noted)
