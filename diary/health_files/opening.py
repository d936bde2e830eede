"""What kind of file it is, by what it holds, and its rows as entries. Names and declared types are not believed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO, Final, Literal
from zipfile import ZipInfo

from diary.format.document import FORMAT, DocumentProfile
from diary.format.sentences import Sentence
from diary.format.sentences import gettext_noop as _
from diary.format.streamed_document import Rows, StreamedDocument
from diary.format.strict_json import FieldError, Malformed
from diary.health_files import apple_health, archive, fhir, health_connect, weights_csv
from diary.health_files.entries import as_entries
from diary.health_files.left_out import LeftOut
from diary.health_files.measured import Measured
from diary.health_files.peeked import AT_ONCE, HEAD, Peeked, Read
from diary.health_files.weights_csv import Unit

Kind = Literal["diary", "apple_health", "health_connect", "fhir", "weights"]
_IN_ARCHIVES: Final[tuple[Kind, ...]] = ("apple_health", "health_connect", "diary", "fhir", "weights")
"""Which file of an archive is read: an export of Apple Health also holds tables and resources."""
_MARK_AND_BLANKS: Final = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True, slots=True)
class Bounds:
    """No date is after `latest`; a document's ids and the values of other files are as many as a diary has `rows`.

    In bytes: what a file in an archive may become, and what may be in a temporary file.
    """

    latest: date
    rows: int
    unpacked: int = 1024 * 1024 * 1024
    stored: int = 128 * 1024 * 1024


class HealthFile:
    """A file that is read once. After its last batch the rest is complete; with `faults` nothing of it is stored."""

    def __init__(self, kind: Kind, batches: Iterator[Rows], left_out: LeftOut, document: StreamedDocument | None):
        self.kind: Kind = kind
        self.left_out = left_out
        self._batches = batches
        self._document = document

    def batches(self) -> Iterator[Rows]:
        """All rows that are understood. Raises Malformed, and Invalid as a diary document does."""
        return self._batches

    @property
    def faults(self) -> list[FieldError]:
        """Of a diary document."""
        return self._document.faults if self._document else []

    @property
    def profile(self) -> DocumentProfile:
        """The one in a diary document; no other file has one."""
        return self._document.profile if self._document else DocumentProfile()


@contextmanager
def opened(read: Read, *, bounds: Bounds, unit: Unit | None = None) -> Iterator[HealthFile]:
    """The file, or the one in it if it is an archive. `unit` is that of tables that do not say it.

    Raises Malformed for what is no file that can be read.
    """
    with ExitStack() as going_on:
        file = Peeked(read)
        kind = kind_of(file.head)
        if file.head.startswith(archive.MAGIC):
            packed = going_on.enter_context(TemporaryFile())
            _copy(file.read, packed, most=None)
            unpacked = going_on.enter_context(archive.unpacking(packed, most=bounds.unpacked))
            member, kind = _chosen(unpacked)
            file = Peeked(going_on.enter_context(unpacked.reading(member)))
        if kind is None:
            raise Malformed(_("This is not a file that can be imported here."))
        yield _file(kind, file, bounds, unit, going_on)


def kind_of(head: bytes) -> Kind | None:
    """By the first bytes; an archive is none of them."""
    begins = head.lstrip(_MARK_AND_BLANKS)
    if head.startswith(health_connect.MAGIC):
        return "health_connect"
    if begins.startswith(b"<"):
        return "apple_health" if apple_health.is_apple_health(head) else None
    if begins.startswith(b"{") and fhir.is_fhir(head):
        return "fhir"
    if weights_csv.columns_of(head) is not None:
        return "weights"
    return "diary" if begins.startswith((b"{", b"[")) else None


def _chosen(unpacked: archive.Archive) -> tuple[ZipInfo, Kind]:
    """Raises Malformed for an archive that holds nothing of the kind."""
    found: dict[Kind, ZipInfo] = {}
    for member in unpacked.candidates():
        with unpacked.reading(member) as read:
            head = read(HEAD)
        kind = kind_of(head)
        if kind is not None and (kind != "diary" or FORMAT.encode() in head):  # an archive of ours holds other JSON too
            found.setdefault(kind, member)
        if kind == _IN_ARCHIVES[0]:
            break
    for kind in _IN_ARCHIVES:
        if kind in found:
            return found[kind], kind
    raise Malformed(_("The archive holds no file that can be imported here."))


def _file(kind: Kind, file: Peeked, bounds: Bounds, unit: Unit | None, going_on: ExitStack) -> HealthFile:
    left_out = LeftOut(first=[])
    if kind == "diary":
        document = StreamedDocument(file.read, latest=bounds.latest, ids_at_most=bounds.rows)
        return HealthFile(kind, document.batches(), left_out, document)
    values = _values(kind, file, bounds, unit, left_out, going_on)
    return HealthFile(kind, as_entries(values, left_out, latest=bounds.latest, most=bounds.rows), left_out, None)


def _values(
    kind: Kind, file: Peeked, bounds: Bounds, unit: Unit | None, left_out: LeftOut, going_on: ExitStack
) -> Iterator[Measured]:
    if kind == "apple_health":
        return apple_health.weights(file.read, left_out)
    if kind == "fhir":
        return fhir.values(file.read, file.head, left_out)
    columns = weights_csv.columns_of(file.head)
    if columns is not None:
        return weights_csv.weights(file.read, columns, unit, left_out)
    database = going_on.enter_context(NamedTemporaryFile(suffix=".db"))  # noqa: SIM115 - closed with the rest
    _copy(file.read, database, most=bounds.stored)
    return health_connect.weights(Path(database.name), left_out)


def _copy(read: Read, into: IO[bytes], *, most: int | None) -> None:
    """Raises Malformed beyond `most` bytes."""
    size = 0
    while piece := read(AT_ONCE):
        size += len(piece)
        if most is not None and size > most:
            raise Malformed(Sentence(_("The database is larger than {limit} MiB."), limit=most // 2**20))
        into.write(piece)
    into.flush()
    into.seek(0)
