"""The next rows of a document are stored: what the diary does not have yet; what stands there stays."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from diary.access.levels import Access, require
from diary.access.log import Line
from diary.models import Import, ImportPart
from diary.problems import Problem
from diary.recording.changes import Recorded, record_changes
from diary.recording.decision import Change
from diary.recording.imports.accept import is_large
from diary.recording.imports.outcome import add, stored
from diary.recording.imports.parts import contents_of


class _TomorrowError(Exception):
    """The diary takes in no more today."""


def store_next(document: Import, now: datetime) -> bool:
    """Store the next part; whether there may be another. The caller holds the diary, and saves the document.

    What was tried and what happened comes first, so that the entries meet their whole history: "treatment" and "event"
    come before "entry", from the end of the alphabet. Whoever may no longer write the diary has it stopped. What is
    more than a diary takes in on a day goes on tomorrow.
    """
    part = document.parts.filter(sealed__isnull=False).order_by("-type", "number").first()
    access = _way(document.sent_by_id, document.patient_id)
    if part is None or access is None:
        document.state, document.due_at = ("done" if part is None else "stopped"), None
        document.parts.filter(sealed__isnull=False).delete()
        return False
    try:
        _store(part, document, access, now)
    except _TomorrowError:
        tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
        document.due_at = datetime.combine(tomorrow, time(), UTC)
        return False
    return True


def is_noted(document: Import) -> bool:
    """Whether the access log has its line."""
    return is_large(document) or bool(document.profile_changed) or stored(document) > 0


def _way(actor_id: UUID | None, patient_id: UUID) -> Access | None:
    """How whoever sent the document reaches the diary at this moment; None where they may not write it any more."""
    try:
        return None if actor_id is None else require(actor_id=actor_id, patient=patient_id, level="log")
    except Problem:
        return None


def _store(part: ImportPart, document: Import, access: Access, now: datetime) -> None:
    """Raises _TomorrowError; then nothing of the part was stored."""
    changes = [Change(part.type, content.id, content) for content in contents_of(part)]  # type: ignore[arg-type]
    with transaction.atomic():
        recorded = record_changes(
            patient_id=access.patient_id,
            actor_id=access.actor_id,
            changes=changes,
            now=now,
            line=None if is_noted(document) else Line("imported", "document"),
            imported=True,
        )
        if any(outcome.status == "day_full" for outcome in recorded.outcomes):
            raise _TomorrowError
    add(document, changes, recorded.outcomes)
    _keep_what_became_of_it(part, recorded)


def _keep_what_became_of_it(part: ImportPart, recorded: Recorded) -> None:
    if not recorded.changed:
        part.delete()
        return
    part.sealed = None
    part.first_revision, part.last_revision = recorded.revision_before + 1, recorded.revision
    part.save()
