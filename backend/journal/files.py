"""The files of the journal: one for each month, a line of JSON for each thing that was done, only ever appended to.

A line holds ids and words of the service, and a code of authenticity under `SECRET_KEY`: what someone else writes into
a file is no order to erase an account.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT: Final = "backend.journal"


class BadLine(Exception):
    """A line that was bent, or written under another SECRET_KEY; says in which file and where."""


@dataclass(frozen=True, slots=True)
class Line:
    """What was done, when, and to what (`diary.models.journal_line`)."""

    id: UUID
    at: datetime
    kind: str
    subject: UUID
    detail: str


def append(directory: Path, lines: Iterable[Line], *, now: datetime) -> None:
    """Add the lines to this month's file; they are on the disk when this returns. Raises OSError."""
    file = directory / f"{now:%Y-%m}.jsonl"
    new = not file.exists()
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _write(descriptor, b"".join(map(_encoded, lines)))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if new:
        _sync_directory(directory)


def lines_of(directory: Path) -> Iterator[Line]:
    """All lines, in the order in which they were written. Raises OSError, and BadLine for one that is not ours.

    A last line without its end is passed over: whoever wrote it died, and has not said that it is there.
    """
    for file in sorted(directory.glob("????-??.jsonl")):
        pieces = file.read_bytes().split(b"\n")
        for number, piece in enumerate(pieces[:-1], start=1):
            if piece:
                yield _decoded(piece, f"{file}:{number}")


def last_line(directory: Path) -> Line | None:
    """The newest line, from the end of the newest file. Raises as `lines_of`."""
    for file in sorted(directory.glob("????-??.jsonl"), reverse=True):
        with file.open("rb") as opened:
            opened.seek(max(0, file.stat().st_size - 4096))
            whole = opened.read().split(b"\n")[:-1]
        if whole and whole[-1]:
            return _decoded(whole[-1], f"{file}, its last line")
    return None


def _write(descriptor: int, raw: bytes) -> None:
    """All of it; a torn line of someone who died before is taken away first: what it told is written again."""
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        os.ftruncate(descriptor, os.pread(descriptor, size, 0).rfind(b"\n") + 1)
    while raw:
        raw = raw[os.write(descriptor, raw) :]


def _encoded(line: Line) -> bytes:
    said = {
        "id": str(line.id),
        "at": line.at.isoformat(),
        "kind": line.kind,
        "subject": str(line.subject),
        "detail": line.detail,
    }
    return json.dumps(said | {"mac": _mac(said, settings.SECRET_KEY)}).encode() + b"\n"


def _decoded(raw: bytes, where: str) -> Line:
    try:
        said = json.loads(raw)
        mac = said.pop("mac")
        line = Line(
            id=UUID(said["id"]),
            at=datetime.fromisoformat(said["at"]),
            kind=said["kind"],
            subject=UUID(said["subject"]),
            detail=said["detail"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadLine(f"{where} is not a line of a journal") from error
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(mac, _mac(said, key)) for key in keys):
        raise BadLine(f"{where} was not written under SECRET_KEY or one of its fallbacks")
    return line


def _mac(said: dict[str, str], key: str) -> str:
    return salted_hmac(_SALT, json.dumps(said, sort_keys=True), secret=key, algorithm="sha256").hexdigest()


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
