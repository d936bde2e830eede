"""Lists of a diary's resources, page by page, each in the order of the days that it is about."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from diary.cursors import cursor, place
from diary.format.fields import ResourceType
from diary.recording import rows
from diary.recording.rows import Stored

_DAY: Final[dict[ResourceType, str]] = {"entry": "date", "treatment": "started_on", "event": "date"}


@dataclass(frozen=True, slots=True)
class Span:
    """The days asked for, both included; None is no bound."""

    first: date | None = None
    last: date | None = None


def list_page(
    *, patient_id: UUID, kind: ResourceType, span: Span, limit: int, after: str | None
) -> tuple[list[Stored], str | None]:
    """At most `limit` living rows after the cursor `after`, by day and then id, and the cursor of the next page.

    A row that is written while somebody pages is met once or not at all, never twice; no row that was there before
    and stays as it is is missed. Raises Invalid for a cursor of another list.
    """
    within = f"{patient_id}:{kind}:{span.first}:{span.last}"
    day = _DAY[kind]
    conditions = ["AND NOT deleted"]
    parameters: dict[str, Any] = {"patient": patient_id, "first": span.first, "last": span.last, "limit": limit + 1}
    if span.first is not None:
        conditions.append(f"AND {day} >= %(first)s")
    if span.last is not None:
        conditions.append(f"AND {day} <= %(last)s")
    if after is not None:
        parameters["day"], parameters["id"] = place(after, within=within)
        conditions.append(f"AND ({day}, id) > (%(day)s::date, %(id)s::uuid)")
    conditions.append(f"ORDER BY {day}, id LIMIT %(limit)s")
    found = rows.select(kind, " ".join(conditions), parameters)
    more = len(found) > limit
    page = found[:limit]
    return page, cursor(_place(page[-1], day), within=within) if more else None


def _place(row: Stored, day: str) -> list[Any]:
    return [getattr(row.content, day), row.id]
