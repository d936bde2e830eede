"""Entries, treatments and events as tables: comma-separated values after RFC 4180, in UTF-8.

A spreadsheet takes a cell that begins like a formula for one, and where cells begin is its reader's choice: one that
splits at semicolons finds more of them than we wrote, and then quotes do not help. So an apostrophe, which spreadsheets
read as "this is text", stands before each character that begins formulas, unless it goes on a word or another such.
"""

import csv
import re
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

_BEGINS_A_FORMULA: Final = r"=+\-@＝＋－＠"
_FORMULA: Final = re.compile(rf"(?<![\w{_BEGINS_A_FORMULA}])(?=[{_BEGINS_A_FORMULA}])|^(?=[\t\r\n])")
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
"""By which some spreadsheets know that a table is UTF-8."""
_SYMPTOMS: Final = [field.name for field in fields(Symptoms)]
_KNOWN: Final = ("version", "received_at", "recorded_by")
"""What the diary knows about a row beside its content."""


def table_chunks(*, patient_id: UUID, kind: ResourceType, span: Span, mark: bool = False) -> Iterator[bytes]:
    """The table of one kind, a page of rows at a time, beginning with the names of its columns.

    What is not answered is empty, a list is joined by blanks, each symptom has a column of its own. With `mark` it
    begins with a byte order mark.
    """
    columns = columns_of(kind)
    yield (BYTE_ORDER_MARK if mark else b"") + csv_lines([columns])
    for page in pages(patient_id=patient_id, kind=kind, span=span):
        if page:
            yield csv_lines([[cells[column] for column in columns] for cells in map(_cells, page)])


def csv_lines(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as lines of CSV, with nothing in them that a spreadsheet would run."""
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([[_cell(value) for value in row] for row in rows])
    return written.getvalue().encode()


def columns_of(kind: ResourceType) -> list[str]:
    """The names of the columns, in their order."""
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
    return _FORMULA.sub("'", value)


_WRITTEN: Final[Mapping[type, Callable[[Any], str]]] = {
    str: _text,
    date: lambda value: value.isoformat(),
    bool: lambda value: "yes" if value else "no",
    list: " ".join,
    dict: lambda value: " ".join(f"{key}={_cell(answer)}" for key, answer in value.items()),
}
