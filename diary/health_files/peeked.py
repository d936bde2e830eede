"""A file read from its beginning to its end, of which the beginning can be looked at first."""

from collections.abc import Callable, Iterator
from typing import Final

from diary.format.sentences import Sentence
from diary.format.sentences import gettext_noop as _
from diary.format.strict_json import Malformed

Read = Callable[[int], bytes]
"""So many bytes at most of what is left; none at the end."""
HEAD: Final = 64 * 1024
"""Bytes by which a file is recognised."""
AT_ONCE: Final = 64 * 1024
LONGEST_LINE: Final = 1024 * 1024


class Peeked:
    """The file, and `head`, the first bytes of it, which are read again with the rest."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.head = b""
        while len(self.head) < HEAD and (piece := read(HEAD - len(self.head))):
            self.head += piece
        self._left = self.head

    def read(self, most: int) -> bytes:
        """The next bytes; none at the end."""
        if not self._left:
            return self._read(most)
        piece, self._left = self._left[:most], self._left[most:]
        return piece


def lines(read: Read) -> Iterator[bytes]:
    """The lines, each with its end. Raises Malformed for one that is longer than LONGEST_LINE."""
    rest = b""
    while piece := read(AT_ONCE):
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line + b"\n" for line in whole)
        if len(rest) > LONGEST_LINE:
            raise Malformed(Sentence(_("The file has a line of more than {limit} KiB."), limit=LONGEST_LINE // 1024))
    if rest:
        yield rest
