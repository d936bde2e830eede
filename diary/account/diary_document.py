"""The diary document (`diary.format.document`) of a diary, piece by piece."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec

from diary.account.spans import pages
from diary.format.document import FORMAT, LISTS
from diary.recording.listing import Span
from diary.recording.profile import read_profile


def document_chunks(*, patient_id: UUID, span: Span) -> Iterator[bytes]:
    """The document as JSON, a page of rows at a time; with the whole span, all that `diary.format.document.parse` reads
    back.

    Raises Problem 404 before the first piece when the diary is gone.
    """
    profile = read_profile(patient_id=patient_id)
    profile.pop("version")
    return _chunks(patient_id, span, {name: value for name, value in profile.items() if value is not None})


def _chunks(patient_id: UUID, span: Span, profile: dict[str, Any]) -> Iterator[bytes]:
    yield b'{"format":%b,"patient":%b' % (msgspec.json.encode(FORMAT), msgspec.json.encode(profile))
    for name, kind in LISTS.items():
        yield b',"%b":[' % name.encode()
        separator = b""
        for page in pages(patient_id=patient_id, kind=kind, span=span):
            if page:
                yield separator + b",".join(msgspec.json.encode(row.content) for row in page)
                separator = b","
        yield b"]"
    yield b"}"
