"""What is left of an import is done: rows are stored or taken back, some hundred in each transaction.

The database says how far it is. Whoever does it may die at any moment: someone else goes on where the last transaction
ended, and no row is stored twice. What is due is found by a sweep; a nudge only says "now".
"""

import time
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from diary.locks import hold_diary
from diary.models import Import
from diary.recording.imports.accept import BEFORE
from diary.recording.imports.store import store_next
from diary.recording.imports.take_back import take_back_next

LEASE: Final = timedelta(minutes=1)
"""As long as one transaction may take. Work that stands still is due again after it; what fails, ever later."""
SECONDS: Final = 5.0
"""After this a worker takes up something else first: reminders wait behind it."""
TASK: Final = "diary.tasks.work_import"
_SWEPT_AT_ONCE: Final = 200
_LONGEST_REST: Final = 6  # doublings of the lease

_log = structlog.get_logger(__name__)


def nudge(import_id: UUID) -> None:
    """Have it worked on now. May get lost: the next sweep finds it due."""
    try:
        current_app.send_task(TASK, args=[str(import_id)], expires=60)
    except (OperationalError, RedisError, OSError) as error:
        _log.warning("nudge lost", task=TASK, id=str(import_id), error=type(error).__name__)


def due(*, now: datetime) -> list[UUID]:
    """The imports that wait for someone to work on them, the longest waiting first."""
    waiting = Import.objects.filter(due_at__lte=now).exclude(state__in=BEFORE).order_by("due_at")
    return list(waiting.values_list("pk", flat=True)[:_SWEPT_AT_ONCE])


def work(*, import_id: UUID, now: datetime, seconds: float = SECONDS) -> None:
    """Do what there is to do; after `seconds` it is due again. Does nothing while someone else is at it."""
    if not _taken_up(import_id, now):
        return
    until = time.monotonic() + seconds
    while _one_step(import_id, now):
        if time.monotonic() > until:
            Import.objects.filter(pk=import_id, due_at__isnull=False).update(due_at=now)
            nudge(import_id)
            return


@transaction.atomic
def _taken_up(import_id: UUID, now: datetime) -> bool:
    document = Import.objects.select_for_update(no_key=True).filter(pk=import_id, due_at__lte=now).first()
    if document is None or document.state in BEFORE:
        return False
    document.due_at = now + LEASE * 2 ** min(document.attempts, _LONGEST_REST)
    document.attempts += 1
    document.save(update_fields=["due_at", "attempts"])
    return True


@transaction.atomic
def _one_step(import_id: UUID, now: datetime) -> bool:
    """Do the next part, if there is one; whether there may be another. All of it is under the diary's lock."""
    patient_id = Import.objects.filter(pk=import_id).values_list("patient_id", flat=True).first()
    if hold_diary(patient_id) is None:
        return False
    document = Import.objects.filter(pk=import_id).first()
    if document is None or document.state not in _STEPS:
        return False
    document.due_at, document.attempts = now + LEASE, 0
    goes_on = _STEPS[document.state](document, now)
    document.save()
    return goes_on


_STEPS: Final = {"waiting": store_next, "taking_back": take_back_next}
