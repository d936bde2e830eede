"""Synthetic diaries of 90 days in the database: some written as imports are, the rest copies of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, count
from math import ceil
from typing import Final
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Model

from bench.documents import ninety_day_documents
from diary.format.document import Document, parse
from diary.format.fields import Resource, ResourceType
from diary.models import Entry, Event, Patient, Treatment, User
from diary.recording import rows
from diary.recording.rows import Stored

WRITTEN_AT: Final = datetime(2026, 6, 30, tzinfo=UTC)
PROFILE: Final = (
    "birth_year", "sex", "smoking", "asbestos_exposure", "cancer_history", "osteoporosis", "steroid_use",
    "losing_weight_on_purpose", "long_term_lung_condition",
)  # fmt: skip


def store_diaries(*, distinct: int, copies: int) -> int:
    """Store so many distinct diaries and so many copies of each, as if written day by day; gives how many there are."""
    with transaction.atomic():
        _copy(_originals(distinct), copies)
    _vacuum()
    return Patient.objects.count()


def store_entries(*, distinct: int, at_least: int) -> int:
    """The same with as many copies as this many entries take; gives how many entries there are."""
    with transaction.atomic():
        originals = _originals(distinct)
        _copy(originals, ceil(at_least / Entry.objects.filter(patient__in=originals).count()) - 1)
    _vacuum()
    return Entry.objects.count()


def _originals(distinct: int) -> list[UUID]:
    return [_store(parse(raw)) for raw in ninety_day_documents(distinct)]


def _vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) diary_user, diary_patient, diary_entry, diary_treatment, diary_event")


def _store(document: Document) -> UUID:
    user = User.objects.create(email=f"{uuid4().hex}@bench.example")
    answers = {name: getattr(document.patient, name) for name in PROFILE}
    patient = Patient.objects.create(user=user, created_at=WRITTEN_AT, **answers)
    rows.write(patient_id=patient.pk, rows=_rows(document), actor_id=user.pk, now=WRITTEN_AT)
    return patient.pk


def _rows(document: Document) -> Iterator[Stored]:
    contents: Iterator[tuple[ResourceType, Resource]] = chain(
        (("entry", entry) for entry in document.entries),
        (("treatment", record) for record in document.treatments),
        (("event", event) for event in document.events),
    )
    for revision, (kind, content) in zip(count(1), contents, strict=False):
        yield Stored(kind, content.id, 1, revision, WRITTEN_AT, None, content)


def _copy(originals: list[UUID], copies: int) -> None:
    """Rows lie in the order of their dates, as those of many people who write every day do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # so that keys can be taken away below
        # Nobody's order among the others is that of their ids, and each day's rows come in it without being sorted.
        cursor.execute(
            "CREATE TEMPORARY TABLE copied ON COMMIT DROP AS SELECT original, gen_random_uuid() AS id"
            " FROM unnest(%s::uuid[]) AS original, generate_series(1, %s) ORDER BY random()",
            [originals, copies],
        )
        cursor.execute("ANALYZE copied")
        cursor.execute("SET LOCAL enable_mergejoin = off; SET LOCAL enable_nestloop = off")
        own = "copied JOIN diary_patient AS of ON of.id = copied.original"
        email = "copied.id || '@bench.example'"
        cursor.execute(_copying(User, f"{own} JOIN diary_user AS given ON given.id = of.user_id", email=email))
        cursor.execute(_copying(Patient, f"{own} JOIN diary_patient AS given ON given.id = of.id", user_id="copied.id"))
        for content, order in ((Entry, "date"), (Treatment, "started_on"), (Event, "date")):
            table = content._meta.db_table
            cursor.execute(f"CREATE TEMPORARY TABLE of_{table} ON COMMIT DROP AS SELECT * FROM {table}")
            cursor.execute(f"ANALYZE of_{table}")
            rows = f"copied JOIN of_{table} AS given ON given.patient_id = copied.original"
            copying = _copying(content, rows, patient_id="copied.id", id="given.id")
            with _unguarded(table):
                cursor.execute(f"SELECT DISTINCT {order} FROM of_{table} ORDER BY 1")
                for (day,) in cursor.fetchall():
                    cursor.execute(f"{copying} WHERE given.{order} = %s", [day])


@contextmanager
def _unguarded(table: str) -> Iterator[None]:
    """Keys and indexes are built again afterwards, which takes a fraction of the time that keeping them up would.

    What a row may be is not looked at again, since what is copied was.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid), contype IN ('f', 'c') FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f', 'c') ORDER BY contype = 'f'",
            [table],
        )
        constraints = cursor.fetchall()
        for name, _, _ in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        cursor.execute("SET LOCAL maintenance_work_mem = '2GB'")
        for _, definition in indexes:
            cursor.execute(definition)
        for name, definition, looked_at in constraints:
            later = "NOT VALID" if looked_at and "NOT VALID" not in definition else ""
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition} {later}')


def _copying(table: type[Model], rows: str, **others: str) -> str:
    """Inserts `rows` of the table again, with these expressions in place of what was given."""
    columns = [field.column for field in table._meta.local_concrete_fields if field.column]
    values = {column: f"given.{column}" for column in columns} | {"id": "copied.id"} | others
    inserted, selected = ", ".join(columns), ", ".join(values[column] for column in columns)
    return f"INSERT INTO {table._meta.db_table} ({inserted}) SELECT {selected} FROM {rows}"
