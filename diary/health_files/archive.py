"""A zip: the one file in it that is to be read, never unpacked to where its name says, and never beyond bounds.

A zip of forty kilobytes can unpack to petabytes. How much comes out is counted while it comes out, whatever the zip
says of itself.
"""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from diary.format.sentences import Sentence
from diary.format.sentences import gettext_noop as _
from diary.format.strict_json import Malformed
from diary.health_files.peeked import Read

MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_LARGEST_DIRECTORY: Final = 4 * 1024 * 1024
"""Bytes that say which files there are, read at once: an export with ten thousand routes has one."""
_MOST_LOOKED_AT: Final = 300
_RATIO: Final = 200
"""How many times as large a file may become. Exports become up to 40 times as large, a bomb a thousand times."""
_SMALL: Final = 1024 * 1024
"""Up to here any ratio will do."""
_ENDINGS: Final = (".xml", ".db", ".json", ".ndjson", ".csv")
"""Of files that are looked at, in this order."""


class Archive:
    """An open zip."""

    def __init__(self, zipped: ZipFile, most: int) -> None:
        self._zipped = zipped
        self._most = most

    def candidates(self) -> list[ZipInfo]:
        """The files that may be what is looked for, by their names. Raises Malformed for names that lead elsewhere."""
        members = self._zipped.infolist()
        if any(map(_leads_elsewhere, members)):
            raise Malformed(_("The archive has a file whose name leads out of it. It is not unpacked."))
        by_ending = [member for ending in _ENDINGS for member in members if member.filename.lower().endswith(ending)]
        return by_ending[:_MOST_LOOKED_AT]

    @contextmanager
    def reading(self, member: ZipInfo) -> Iterator[Read]:
        """The file, unpacked as it is read. Raises Malformed for one that is locked, damaged or grows without end."""
        if member.flag_bits & 1:
            raise Malformed(_("The archive is protected by a password. Unpack it, and send the file in it."))
        if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Malformed(_("The archive is packed in an unusual way. Unpack it, and send the file in it."))
        with _damaged(), self._zipped.open(member) as opened:
            yield _Bounded(opened, most=min(self._most, max(_SMALL, _RATIO * member.compress_size))).read


@contextmanager
def unpacking(packed: IO[bytes], *, most: int) -> Iterator[Archive]:
    """The zip in `packed`, of which no file may become larger than `most` bytes. Raises Malformed for what is none."""
    directory: Any = _AtOnce(packed)
    with _damaged(), ZipFile(directory) as zipped:
        yield Archive(zipped, most)


@contextmanager
def _damaged() -> Iterator[None]:
    try:
        yield
    except (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise Malformed(_("The archive is damaged.")) from error


def _leads_elsewhere(member: ZipInfo) -> bool:
    name = member.orig_filename.replace("\\", "/")
    return name.startswith("/") or ".." in name.split("/") or ":" in name or "\x00" in name


class _AtOnce:
    """A file of which no one reads more than a directory at once, as only a hostile zip makes the reader do."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, most: int = -1) -> bytes:
        """Raises Malformed."""
        if most > _LARGEST_DIRECTORY:
            raise Malformed(_("The archive holds far too many files."))
        return self._file.read(_LARGEST_DIRECTORY if most < 0 else most)


class _Bounded:
    def __init__(self, opened: IO[bytes], *, most: int) -> None:
        self._opened = opened
        self._left = self._most = most

    def read(self, most: int) -> bytes:
        """Raises Malformed once it becomes too large."""
        piece = self._opened.read(most)
        self._left -= len(piece)
        if self._left < 0:
            says = _("Unpacked, the file is larger than {limit} MiB, or far larger than such files are.")
            raise Malformed(Sentence(says, limit=self._most // 2**20))
        return piece
