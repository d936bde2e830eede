"""From the database into the journal: what waits is written and on the disk before the database says so.

A worker that dies in between writes the same lines again; whoever reads them does each thing once.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import connection, transaction

from backend.journal.apply import apply_journal
from backend.journal.files import Line, append
from backend.journal.standing import note_at_one, standing
from diary.models import JournalLine

_AT_ONCE: Final = 5_000
_TURN: Final = 20_261_129
"""The lock of the one who relays; any number does that nothing else locks."""
_OLD_AT_ONCE: Final = 20_000

_log = structlog.get_logger(__name__)


@transaction.atomic
def relay(*, now: datetime) -> int:
    """Write what waits into the journal; gives how many lines. Raises OSError and BadLine.

    A database that was set back beneath the running service, as by a failover that lost its last moments, is told
    first what the journal knows: that must wait for no one.
    """
    if not _my_turn():
        return 0
    if settings.JOURNAL_DIR is None:
        _drop_what_waits()
        return 0
    found = standing()
    if found == "another":
        _log.error("JOURNAL_DIR is not the journal of this database; nothing was written to it")
        return 0
    if found == "set back":
        done = apply_journal(now=now)
        _log.error("the database was set back; the journal was applied", lines=sum(done.values()))
    note_at_one()
    waiting = list(JournalLine.objects.filter(relayed_at__isnull=True).order_by("at", "pk")[:_AT_ONCE])
    if waiting:
        append(settings.JOURNAL_DIR, map(_line, waiting), now=now)
        ids = [one.pk for one in waiting]
        JournalLine.objects.filter(pk__in=ids).update(relayed_at=now, subject=None, detail="")
    _forget(now)
    return len(waiting)


def _drop_what_waits() -> None:
    """No journal is kept: what was taken away leaves no trace here either.

    Where one was ever written, this process only lacks its setting, and the lines wait for one that has it.
    """
    if JournalLine.objects.filter(relayed_at__isnull=False).exists():
        return
    waiting = JournalLine.objects.filter(relayed_at__isnull=True).order_by("at", "pk")
    JournalLine.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)[:_OLD_AT_ONCE])).delete()


def _my_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])
        return bool(cursor.fetchone()[0])


def _line(row: JournalLine) -> Line:
    assert row.subject is not None  # noqa: S101 the constraint knows
    return Line(row.pk, row.at, row.kind, row.subject, row.detail)


def _forget(now: datetime) -> None:
    """What is older than any backup that may be restored, so much at a time."""
    old = JournalLine.objects.filter(relayed_at__lt=now - timedelta(days=settings.JOURNAL_DAYS))
    JournalLine.objects.filter(pk__in=old.values("pk")[:_OLD_AT_ONCE]).delete()
