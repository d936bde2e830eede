"""A diary document cut into its pieces as it comes in, so that no more than one of them is in memory.

Only where a piece begins and ends is looked for here. What it says is read by `diary.format.strict_json`, as ever.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from diary.format.faults import must_be
from diary.format.sentences import Sentence
from diary.format.sentences import gettext_noop as _
from diary.format.strict_json import FieldError, Invalid, Malformed, parse_json

LARGEST: Final = 2 * 1024 * 1024
"""Bytes of one piece: as much as a sync can bring of one entry."""
_READ_AT_ONCE: Final = 64 * 1024
_BLANK: Final = re.compile(rb"[ \t\n\r]*")
_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?P<open>\\?\Z)?"?|[\[\]{}]', re.DOTALL)
"""A text, perhaps one that goes on in what was not read yet, or a bracket."""
_SCALAR: Final = re.compile(rb"[^ \t\n\r,\]}]*")

Read = Callable[[int], bytes]
"""So many bytes at most of what is left; none at the end."""


class Piece(NamedTuple):
    """A member of the document, or one item of a list that is a member; `at` is where it begins, in bytes."""

    member: str
    item: int | None
    raw: bytes
    at: int


def pieces(read: Read) -> Iterator[Piece]:
    """The members of the document in their order; of each list its items, before them the empty list.

    Raises Malformed for what is not one JSON object, Invalid for one that is not an object, or a piece that is too
    large. What is cut out may still be anything.
    """
    source = _Source(read)
    if source.next() != b"{":
        if source.next():
            raise Invalid([FieldError("", "invalid_type", must_be(dict))])
        raise source.broken()
    source.skip(b"{")
    seen: set[str] = set()
    for _number in source.items(b"}"):
        member = source.name()
        if member in seen:
            raise Malformed(_("The body contains the same key twice in one object."))
        seen.add(member)
        yield from _member(source, member)
    if source.next():
        raise source.broken()


def _member(source: "_Source", member: str) -> Iterator[Piece]:
    if source.next() != b"[":
        yield Piece(member, None, *source.value(f"/{member}"))
        return
    yield Piece(member, None, b"[]", source.at)
    source.skip(b"[")
    for index in source.items(b"]"):
        yield Piece(member, index, *source.value(f"/{member}/{index}"))


class _Source:
    """What is left of the document."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._buffer = b""
        self._place = 0
        self._dropped = 0

    @property
    def at(self) -> int:
        """How many bytes were passed."""
        return self._dropped + self._place

    def next(self) -> bytes:
        """The byte after the white space that follows; none at the end."""
        while True:
            self._place = _BLANK.match(self._buffer, self._place).end()  # type: ignore[union-attr] # it may be empty
            if self._place < len(self._buffer) or not self._more():
                return self._buffer[self._place : self._place + 1]

    def skip(self, sign: bytes) -> None:
        """Go past `sign`, which must come next. Raises Malformed."""
        if self.next() != sign:
            raise self.broken()
        self._place += 1

    def items(self, end: bytes) -> Iterator[int]:
        """Stand before one item after the other, and past `end` after the last. Raises Malformed."""
        index = 0
        while self.next() != end:
            if index:
                self.skip(b",")
                self.next()
            yield index
            index += 1
        self.skip(end)

    def name(self) -> str:
        """The name of a member, and go to its value. Raises Malformed."""
        if self.next() != b'"':
            raise self.broken()
        raw, _at = self.value("")
        self.skip(b":")
        return str(parse_json(raw))

    def value(self, pointer: str) -> tuple[bytes, int]:
        """The bytes of the value that comes next, and where it begins. Raises Malformed, Invalid for a large one."""
        first, begins = self.next(), self.at
        end = self._end_of_scalar(pointer) if first not in (b"{", b"[", b'"') else self._end(pointer)
        raw = self._buffer[self._place : end]
        if not raw:
            raise self.broken()
        self._place = end
        return raw, begins

    def broken(self) -> Malformed:
        """The body is not JSON from here on."""
        return Malformed(Sentence(_("The body is not JSON: byte {at}."), at=self.at))

    def _end(self, pointer: str) -> int:
        """Where the brackets or the quotation marks that open next are closed again."""
        depth, place = 0, self._place
        while True:
            token = _TOKEN.search(self._buffer, place)
            if token is None or token["open"] is not None:  # it goes on
                place = (len(self._buffer) if token is None else token.start()) - self._place
                self._require_more(pointer)
                continue
            place = token.end()
            sign = token[0]
            depth += sign in (b"[", b"{")
            depth -= sign in (b"]", b"}")
            if depth <= 0:
                return place

    def _end_of_scalar(self, pointer: str) -> int:
        while True:
            end: int = _SCALAR.match(self._buffer, self._place).end()  # type: ignore[union-attr] # it may be empty
            if end < len(self._buffer) or not self._more():
                return end
            self._require_room(pointer)

    def _require_more(self, pointer: str) -> None:
        self._require_room(pointer)
        if not self._more():
            self._place = len(self._buffer)
            raise self.broken()

    def _require_room(self, pointer: str) -> None:
        if len(self._buffer) - self._place > LARGEST:
            says = Sentence(_("must be at most {limit} KiB"), limit=LARGEST // 1024)
            raise Invalid([FieldError(pointer, "invalid_value", says)])

    def _more(self) -> bool:
        """Read on, and drop what was passed; whether there was more."""
        read = self._read(_READ_AT_ONCE)
        self._dropped += self._place
        self._buffer = self._buffer[self._place :] + read
        self._place = 0
        return bool(read)
