"""A diary document read some hundred rows at a time, so that one of any size takes the same memory.

What it may hold is what `diary.format.document` says. Nothing here needs a database.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from diary.format.document import LISTS, DocumentProfile, outer_errors, profile_of, rows_of
from diary.format.document_pieces import Piece, Read, pieces
from diary.format.fields import Resource, ResourceType
from diary.format.sentences import Sentence
from diary.format.sentences import gettext_noop as _
from diary.format.strict_json import FieldError, Malformed, may_hold_unstorable_text, parse_json, text_errors

ROWS_AT_ONCE: Final = 500
BYTES_AT_ONCE: Final = 1024 * 1024
"""Fewer rows are read together where they are long."""
MOST_FAULTS: Final = 1000
"""Faults that are told; with any, nothing of a document is stored."""


class Rows(NamedTuple):
    """Successive rows of one list. `written` is their JSON, also of those that are not valid."""

    type: ResourceType
    contents: list[Resource]
    written: list[Any]


class StreamedDocument:
    """One document. Its batches are read once; after the last, `profile` and `faults` are those of all of it."""

    def __init__(self, read: Read, *, latest: date, ids_at_most: int) -> None:
        """No date may be after `latest`. An id that stands twice in a list is found among its first `ids_at_most`."""
        self.profile = DocumentProfile()
        self.faults: list[FieldError] = []
        self._pieces = pieces(read)
        self._latest = latest
        self._ids_at_most = ids_at_most
        self._members: dict[str, Any] = {}
        self._ids: dict[str, set[int]] = {name: set() for name in LISTS}

    def batches(self) -> Iterator[Rows]:
        """All rows. Raises Malformed for what is not JSON as this service speaks it.

        Raises Invalid for what is no object, and for a row of more than `diary.format.document_pieces.LARGEST` bytes.
        """
        for batch in _batches(self._pieces):
            first = batch[0]
            if first.item is None:
                self._members[first.member] = _parsed(batch)[0]
            elif first.member in LISTS:
                yield self._rows(first.member, first.item, batch)
        self.faults.extend(outer_errors(self._members))
        if "patient" in self._members:
            self.profile = profile_of(self._members["patient"], self._latest, self.faults)

    def _rows(self, name: str, first: int, batch: list[Piece]) -> Rows:
        written = _parsed(batch)
        for piece, value in zip(batch, written, strict=True):
            if may_hold_unstorable_text(piece.raw):
                self.faults.extend(text_errors(value, f"/{name}/{piece.item}"))
        seen = self._ids[name] if len(self._ids[name]) < self._ids_at_most else set()
        contents = rows_of(name, written, self._latest, self.faults, first=first, seen=seen)
        del self.faults[MOST_FAULTS:]
        return Rows(LISTS[name], contents, written)


def _batches(found: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Successive items of one list together; any other member alone."""
    batch: list[Piece] = []
    size = 0
    for piece in found:
        goes_on = batch and batch[-1].item is not None and piece.item is not None
        if batch and not (goes_on and len(batch) < ROWS_AT_ONCE and size + len(piece.raw) <= BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(piece)
        size += len(piece.raw)
    if batch:
        yield batch


def _parsed(batch: list[Piece]) -> list[Any]:
    """The JSON of the pieces. Raises Malformed, which says where in the document it is."""
    try:
        values: list[Any] = parse_json(b"[%b]" % b",".join(piece.raw for piece in batch))
    except Malformed:
        for piece in batch:
            _require_json(piece)
        raise
    return values


def _require_json(piece: Piece) -> None:
    try:
        parse_json(piece.raw)
    except Malformed as malformed:
        if not isinstance(malformed.says, Sentence):
            raise
        raise Malformed(Sentence(_("The body is not JSON: byte {at}."), at=piece.at)) from malformed
