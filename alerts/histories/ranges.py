"""Going through all stored diaries: in ranges of patients, each as of one moment, and in constant memory.

The entries of one diary lie scattered over the table, where they were written day by day among everyone's. What needs
many diaries therefore reads the table from end to end and has the database sort, rather than look up one after another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import ceil
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from diary.models import Patient

RANGE: Final = 600_000
"""Patients at most in a range. More mean fewer walks through the tables, and more memory for their ids."""

FETCHED: Final = 200
"""Rows taken from the database at a time."""

_SETTINGS: Final = {
    "work_mem": "256MB",  # to sort and group without many passes over files
    "cursor_tuple_fraction": "1",  # all rows are wanted soon, not the first few at once
    "client_connection_check_interval": "1s",  # a statement ends with the process that waits for it
}
_RANGES: Final = """
    SELECT DISTINCT first_value(id) OVER part, last_value(id) OVER part, count(*) OVER part
    FROM (SELECT id, ntile(%s) OVER (ORDER BY id) AS number FROM diary_patient) AS patients
    WINDOW part AS (PARTITION BY number ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ORDER BY 1
"""


class PatientRange(NamedTuple):
    """The patients with an id from the first to the last, both included, and how many they were when counted."""

    first: UUID
    last: UUID
    patients: int


def patient_ranges(*, jobs: int) -> list[PatientRange]:
    """All patients in ranges of about the same size, as many for each job where there are enough patients."""
    for_each = ceil(Patient.objects.count() / jobs / RANGE)
    with connection.cursor() as cursor:
        cursor.execute(_RANGES, [jobs * max(for_each, 1)])
        return [PatientRange(*row) for row in cursor.fetchall()]


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction that sees one moment and writes nothing, with memory for long statements."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for name, value in _SETTINGS.items():
                cursor.execute(f"SET LOCAL {name} = '{value}'")
        yield


def streamed(statement: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows, a few at a time, while the database keeps the others. Within a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(FETCHED):
            yield from rows
