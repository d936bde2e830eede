"""All tables of a diary in one archive, with their codebook."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.utils import translation

from diary.account.archive import ExportedFile, zipped
from diary.account.tables import BYTE_ORDER_MARK, csv_lines, table_chunks
from diary.format.document import LISTS
from diary.recording.listing import Span
from papers.tables.codebook import codebook


def tables(*, patient_id: UUID, span: Span, mark: bool, language: str, now: datetime) -> Iterator[bytes]:
    """The archive (ZIP), piece by piece; with `mark` each table begins with a byte order mark."""
    return zipped(_files(patient_id, span, mark=mark, language=language), now=now)


def _files(patient_id: UUID, span: Span, *, mark: bool, language: str) -> Iterator[ExportedFile]:
    for name, kind in LISTS.items():
        yield ExportedFile(f"{name}.csv", table_chunks(patient_id=patient_id, kind=kind, span=span, mark=mark))
    with translation.override(language):
        told = csv_lines(list(codebook()))
    yield ExportedFile("codebook.csv", [(BYTE_ORDER_MARK if mark else b"") + told])
