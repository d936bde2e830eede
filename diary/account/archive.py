"""Files in one archive (ZIP), which is made while it is sent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of the archive; its content may be made page by page."""

    name: str
    chunks: Iterable[bytes]


def zipped(files: Iterable[ExportedFile], *, now: datetime) -> Iterator[bytes]:
    """The archive, piece by piece; its files are made one after the other."""
    sink = _Sink()
    with ZipFile(sink, "w") as archive:
        for file in files:
            yield from _packed(archive, file, now, sink)
    yield sink.taken()


def _packed(archive: ZipFile, file: ExportedFile, now: datetime, sink: "_Sink") -> Iterator[bytes]:
    described = ZipInfo(file.name, date_time=now.timetuple()[:6])
    described.compress_type = ZIP_DEFLATED
    with archive.open(described, "w") as entry:
        for chunk in file.chunks:
            entry.write(chunk)
            yield sink.taken()


class _Sink:
    """What the archive is written to, and taken from piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes, /) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is held open."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
