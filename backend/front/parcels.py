"""Bytes in transit: the body of a request, or of an answer.

Up to 64 KiB are kept in memory, more in an unnamed temporary file (in `TMPDIR`; in the image this is memory too, so
that no diary touches a disk). All files of a process share one `Room`.
"""

import errno
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import IO, Final

from diary.problems import too_much_in_transit

IN_MEMORY: Final = 64 * 1024


class Room:
    """How many bytes may be in files at the same time."""

    def __init__(self, size: int) -> None:
        self._free = size
        self._lock = Lock()

    def take(self, count: int) -> None:
        """Raises Problem 503 when less than `count` is left."""
        with self._lock:
            if count > self._free:
                raise too_much_in_transit()
            self._free -= count

    def give_back(self, count: int) -> None:
        with self._lock:
            self._free += count


class Parcel:
    """Filled once, then read once, then closed."""

    def __init__(self, room: Room) -> None:
        self.size = 0
        self.file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the parcel
        self._room = room
        self._taken = 0

    @property
    def is_large(self) -> bool:
        """Whether it takes up room."""
        return self._taken > 0

    def add(self, piece: bytes) -> None:
        """Raises Problem 503 when there is no room for it."""
        self.size += len(piece)
        if self.size > IN_MEMORY:
            needed = self.size - self._taken
            self._room.take(needed)
            self._taken += needed
        try:
            self.file.write(piece)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise too_much_in_transit() from error

    def rewind(self) -> None:
        self.file.seek(0)

    def close(self) -> None:
        self.file.close()
        self._room.give_back(self._taken)
        self._taken = 0
