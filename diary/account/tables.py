"""Entries, treatments and events as tables: comma-separated values after RFC 4180, in UTF-8.

A spreadsheet takes a cell that begins like a formula for one. Such texts get an apostrophe in front, which
spreadsheets read as "this is text".
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Any, Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import asdict, fields

from diary.account.spans import pages
from diary.format.fields import RESOURCES, Entry, ResourceType, Symptoms
from diary.recording.listing import Span
from diary.recording.rows import Stored

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SYMPTOMS: Final = [field.name for field in fields(Symptoms)]
_KNOWN: Final = ("version", "received_at", "recorded_by")
"""What the diary knows about a row beside its content."""


def table_chunks(*, patient_id: UUID, kind: ResourceType, span: Span) -> Iterator[bytes]:
    """The table of one kind, a page of rows at a time, beginning with the names of its columns.

    What is not answered is empty, a list is joined by blanks, each symptom has a column of its own.
    """
    columns = _columns(kind)
    yield csv_lines([columns])
    for page in pages(patient_id=patient_id, kind=kind, span=span):
        if page:
            yield csv_lines([[cells[column] for column in columns] for cells in map(_cells, page)])


def csv_lines(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as lines of CSV, with nothing in them that a spreadsheet would run."""
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([[_cell(value) for value in row] for row in rows])
    return written.getvalue().encode()


def _columns(kind: ResourceType) -> list[str]:
    names = [field.name for field in fields(RESOURCES[kind])]
    if kind == "entry":
        place = names.index("symptoms")
        names[place : place + 1] = _SYMPTOMS
    return [*names, *_KNOWN]


def _cells(row: Stored) -> Mapping[str, Any]:
    if row.content is None:
        raise ValueError("a tombstone has no cells")
    cells = asdict(row.content) | {name: getattr(row, name) for name in _KNOWN}
    if isinstance(row.content, Entry):
        answered = row.content.symptoms or Symptoms()
        cells |= {name: getattr(answered, name) for name in _SYMPTOMS}
    return cells


def _cell(value: Any) -> str:
    for kind, written in _WRITTEN.items():
        if isinstance(value, kind):
            return written(value)
    return str(value) if value is not None and value is not UNSET else ""


def _text(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


_WRITTEN: Final[Mapping[type, Callable[[Any], str]]] = {
    str: _text,
    date: lambda value: value.isoformat(),
    bool: lambda value: "yes" if value else "no",
    list: " ".join,
    dict: lambda value: " ".join(f"{key}={_cell(answer)}" for key, answer in value.items()),
}
