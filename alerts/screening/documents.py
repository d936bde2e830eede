"""Screening diary documents from a file: one document, or one a line, over as many processes as asked for.

Nothing here touches a database. Documents stream through: only a few are in memory at a time, and results come in the
order of the file. Each process reads its own portions of the file, so that no document is handed from one to another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from alerts.histories.of_diary import history_of_document
from alerts.rules.findings import finding_as_dict
from alerts.rules.screening import screen
from alerts.spreading import spread
from diary.format.document import Document, parse
from diary.format.strict_json import FieldError, Invalid, Malformed

PORTION: Final = 2**20
"""Bytes of a file that a process is told to screen at a time, up to the end of the line."""


class Portion(NamedTuple):
    """Whole lines of a file: the number of the first, and where in the file they are, in bytes."""

    path: Path
    line: int
    start: int
    size: int


class Screened(NamedTuple):
    """What came of one document: its line in the file, its size, and either an answer or what is wrong with it."""

    line: int
    size: int
    answer: str | None = None
    errors: tuple[FieldError, ...] = ()


def screened_documents(path: Path, *, as_of: date | None, jobs: int) -> Iterator[Screened]:
    """Every document of the file screened, in the order of the file. Raises OSError when it cannot be read."""
    if path.suffix != ".jsonl":
        return iter([screened_document(1, path.read_bytes(), as_of=as_of)])
    return spread(partial(_screened_portions, as_of=as_of), _portions(path), batch=1, jobs=jobs)


def screened_document(line: int, raw: bytes, *, as_of: date | None) -> Screened:
    """One document screened; `patient` in the answer is its patient's id, else its line number."""
    try:
        document = parse(raw)
    except Malformed as error:
        return Screened(line, len(raw), errors=(FieldError("", "malformed", str(error)),))
    except Invalid as error:
        return Screened(line, len(raw), errors=error.errors)
    findings = screen(history_of_document(document), as_of=as_of)
    answer = {
        "patient": line if document.patient.id is None else str(document.patient.id),
        "findings": [finding_as_dict(finding) for finding in findings],
        "as_of": as_of or _last_date(document),
    }
    return Screened(line, len(raw), answer=msgspec.json.encode(answer).decode())


def _screened_portions(portions: Sequence[Portion], *, as_of: date | None) -> list[Screened]:
    return [screened_document(line, raw, as_of=as_of) for portion in portions for line, raw in _documents(portion)]


def _last_date(document: Document) -> date | None:
    dates = [entry.date for entry in document.entries] + [event.date for event in document.events]
    return max(dates, default=None)


def _portions(path: Path) -> Iterator[Portion]:
    line, start = 1, 0
    with path.open("rb", buffering=PORTION) as file:
        while lines := file.readlines(PORTION):
            portion = Portion(path, line, start, sum(map(len, lines)))
            yield portion
            line, start = line + len(lines), start + portion.size


def _documents(portion: Portion) -> Iterator[tuple[int, bytes]]:
    """The documents with their line; empty lines are none."""
    with portion.path.open("rb") as file:
        file.seek(portion.start)
        lines = file.read(portion.size).split(b"\n")
    return ((number, line) for number, line in enumerate(lines, start=portion.line) if line.strip())
