"""An import is taken back: the rows that it made, and that no one has changed since, are gone as if it had never been.

They leave no tombstone, so that the same document can be imported again. Phones that have them hear of it all the same
(`diary.recording.sync`). What was changed since belongs to whoever changed it, and stays.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from diary.access.levels import Access
from diary.access.log import Line, note
from diary.locks import hold_diary
from diary.models import Import, ImportPart
from diary.problems import not_found
from diary.recording.bounds import ROWS
from diary.recording.imports.accept import BEFORE
from diary.recording.rows import TABLES
from diary.screening_port import screening
from diary.statements import execute, fetch_all

_REMOVE: Final = """
    WITH gone AS (
        DELETE FROM {table}
        WHERE patient_id = %(patient)s AND revision BETWEEN %(first)s AND %(last)s AND NOT deleted
        RETURNING id
    )
    INSERT INTO diary_takenback (patient_id, type, id, revision)
    SELECT %(patient)s, %(type)s, id, %(revision)s + row_number() OVER () FROM gone
    ON CONFLICT (patient_id, type, id) DO UPDATE SET revision = excluded.revision
    RETURNING id
"""
_COUNT: Final = """
    UPDATE diary_patient SET revision = revision + %(gone)s, row_count = row_count - %(gone)s,
        unscreened_since = coalesce(unscreened_since, %(now)s)
    WHERE id = %(patient)s
"""
_FORGET: Final = """
    DELETE FROM diary_takenback WHERE patient_id = %(patient)s AND revision <= (
        SELECT revision FROM diary_takenback WHERE patient_id = %(patient)s
        ORDER BY revision DESC OFFSET %(kept)s LIMIT 1
    )
"""


def import_of(*, access: Access, import_id: UUID) -> Import:
    """The import. Raises Problem 404 for one of another diary, one that is forgotten, and one that never was."""
    found = Import.objects.filter(pk=import_id, patient_id=access.patient_id).exclude(state__in=BEFORE).first()
    if found is None:
        raise not_found()
    return found


@transaction.atomic
def take_back(*, access: Access, import_id: UUID, now: datetime) -> tuple[Import, bool]:
    """Have the import taken back, also one that is not finished; and whether that is new.

    It is due then (`diary.recording.imports.work`). Raises Problem 404.
    """
    if hold_diary(access.patient_id) is None:
        raise not_found()
    document = import_of(access=access, import_id=import_id)
    if document.state in {"taking_back", "taken_back"}:
        return document, False
    document.parts.filter(sealed__isnull=False).delete()
    document.state, document.due_at, document.attempts = "taking_back", now, 0
    document.save()
    note(Line("taken_back", "document", import_id), patient_id=access.patient_id, actor_id=access.actor_id, at=now)
    return document, True


def take_back_next(document: Import, now: datetime) -> bool:
    """Remove what the next part made; whether there may be another. The caller holds the diary, saves the document."""
    part = document.parts.order_by("number").first()
    if part is None:
        document.state, document.due_at = "taken_back", None
        return False
    gone = _removed(document.patient_id, part)
    if gone:
        execute(_COUNT, {"patient": document.patient_id, "gone": gone, "now": now})
        execute(_FORGET, {"patient": document.patient_id, "kept": ROWS})
        transaction.on_commit(screening().nudge)
    document.removed += gone
    part.delete()
    return True


def _removed(patient_id: UUID, part: ImportPart) -> int:
    """How many rows of the part went; each takes a number of the diary's, as a deletion does."""
    table = TABLES[part.type].model._meta.db_table  # type: ignore[index] # the constraint knows the words
    held = hold_diary(patient_id)
    if held is None:
        raise not_found()
    found = {"patient": patient_id, "type": part.type, "first": part.first_revision, "last": part.last_revision}
    return len(fetch_all(_REMOVE.format(table=table), {**found, "revision": held.revision}))
