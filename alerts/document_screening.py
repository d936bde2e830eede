"""Screening diary documents from a file: one document, or one a line, over as many processes as asked for.

Nothing here touches a database. Documents stream through: only a few are in memory at a time, and results come in the
order of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from alerts.history import history_of_document
from alerts.rules.findings import finding_as_dict
from alerts.rules.screening import screen
from alerts.spreading import spread
from diary.document import Document, parse
from diary.parsing import FieldError, Invalid, Malformed

BATCH: Final = 32
"""Documents handed to a process at a time."""

Numbered = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Screened:
    """What came of one document: its line in the file, its size, and either an answer or what is wrong with it."""

    line: int
    size: int
    answer: str | None = None
    errors: tuple[FieldError, ...] = ()


def screened_documents(path: Path, *, as_of: date | None, jobs: int) -> Iterator[Screened]:
    """Every document of the file screened, in the order of the file. Raises OSError when it cannot be read."""
    screening = partial(_screened_batch, as_of=as_of)
    return spread(screening, _numbered_documents(path), batch=BATCH, jobs=jobs)


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


def _screened_batch(batch: Sequence[Numbered], *, as_of: date | None) -> list[Screened]:
    return [screened_document(line, raw, as_of=as_of) for line, raw in batch]


def _last_date(document: Document) -> date | None:
    dates = [entry.date for entry in document.entries] + [event.date for event in document.events]
    return max(dates, default=None)


def _numbered_documents(path: Path) -> Iterator[Numbered]:
    """The documents with their line; empty lines are none."""
    if path.suffix != ".jsonl":
        yield 1, path.read_bytes()
        return
    with path.open("rb") as lines:
        yield from ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
