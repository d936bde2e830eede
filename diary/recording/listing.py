"""Lists of a diary's resources, page by page, each in the order of the days that it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from diary.cursors import Listing
from diary.format.fields import ResourceType
from diary.recording import rows
from diary.recording.rows import Stored

_DAY: Final[dict[ResourceType, str]] = {"entry": "date", "treatment": "started_on", "event": "date"}


@dataclass(frozen=True, slots=True)
class Span:
    """The days asked for, both included; None is no bound."""

    first: date | None = None
    last: date | None = None


def resources(*, patient_id: UUID, kind: ResourceType, span: Span) -> Listing[Stored]:
    """The living rows of a span, by day and then id."""
    day = _DAY[kind]
    conditions = ["AND NOT deleted"]
    parameters: dict[str, Any] = {"patient": patient_id, "first": span.first, "last": span.last}
    if span.first is not None:
        conditions.append(f"AND {day} >= %(first)s")
    if span.last is not None:
        conditions.append(f"AND {day} <= %(last)s")

    def after(place: Any, limit: int) -> Sequence[Stored]:
        started = {} if place is None else {"day": place[0], "id": place[1]}
        begin = "" if place is None else f"AND ({day}, id) > (%(day)s::date, %(id)s::uuid)"
        statement = " ".join([*conditions, begin, f"ORDER BY {day}, id LIMIT %(limit)s"])
        return rows.select(kind, statement, {**parameters, **started, "limit": limit})

    def place_of(row: Stored) -> list[Any]:
        return [getattr(row.content, day), row.id]

    return Listing(f"{patient_id}:{kind}:{span.first}:{span.last}", after, place_of)
