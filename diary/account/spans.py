"""All living rows of one kind within a span of days, in memory a page at a time."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from diary.format.fields import ResourceType, Treatment
from diary.recording.listing import Span, resources
from diary.recording.rows import Stored

PAGE: Final = 500
NO_BOUNDS: Final = Span()


def pages(*, patient_id: UUID, kind: ResourceType, span: Span) -> Iterator[list[Stored]]:
    """The rows by day, then id; a treatment belongs to every day from its first to its last."""
    asked = NO_BOUNDS if kind == "treatment" else span
    for found in resources(patient_id=patient_id, kind=kind, span=asked).pages(limit=PAGE):
        yield [row for row in found if not isinstance(row.content, Treatment) or _reaches_into(row.content, span)]


def _reaches_into(treatment: Treatment, span: Span) -> bool:
    ended = span.first is not None and treatment.stopped_on is not None and treatment.stopped_on < span.first
    ahead = span.last is not None and treatment.started_on > span.last
    return not (ended or ahead)
