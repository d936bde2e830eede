"""The access log of a diary: every look at it and every change, in the words of who, what and when.

A line is written in the statement that opens the way into the diary, or in the transaction of the write that it tells
of, so nothing is shown or stored without one. Lines can be added and read; the database refuses everything else.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from diary.cursors import cursor, place
from diary.models.access_line import Action

_INSERT: Final = "INSERT INTO diary_accessline (patient_id, actor_id, at, action, resource, resource_id)"
_VALUES: Final = "%(patient)s, %(actor)s, %(at)s, %(action)s, %(resource)s, %(resource_id)s"
_READ: Final = """
    SELECT line.id, line.at, line.actor_id, coalesce(nullif(actor.name, ''), actor.email), line.action, line.resource,
           line.resource_id
    FROM diary_accessline line LEFT JOIN diary_user actor ON actor.id = line.actor_id
    WHERE line.patient_id = %(patient)s AND line.id < %(before)s
    ORDER BY line.id DESC LIMIT %(limit)s
"""
_NEWEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Line:
    """What was done: the action, the kind of thing it was done with, and its id when it was one thing."""

    action: Action
    resource: str
    resource_id: UUID | None = None


def noted_on_the_way(line: Line, *, at: datetime) -> tuple[str, dict[str, Any]]:
    """A part of a WITH statement that notes the line, and its parameters.

    It reads `way` (actor_id, patient_id, level) and notes nothing unless the level is one of `%(far_enough)s`.
    """
    said = "%(at)s, %(action)s, %(resource)s, %(resource_id)s::uuid"  # null has no type of its own
    chosen = f"actor_id, {said} FROM way WHERE level = ANY(%(far_enough)s)"
    return f"noted AS ({_INSERT} SELECT patient_id, {chosen})", _parameters(line, at)


def noted_beside(line: Line, *, patient_id: UUID, actor_id: UUID, at: datetime) -> tuple[str, dict[str, Any]]:
    """A part of a WITH statement that notes the line in whatever statement it stands beside, and its parameters."""
    return f"noted AS ({_INSERT} VALUES ({_VALUES}))", {
        "patient": patient_id,
        "actor": actor_id,
        **_parameters(line, at),
    }


def note(line: Line, *, patient_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Note the line in a statement of its own."""
    parameters = {"patient": patient_id, "actor": actor_id, **_parameters(line, at)}
    with connection.cursor() as cursor_:
        cursor_.execute(f"{_INSERT} VALUES ({_VALUES})", parameters)


def access_lines(*, patient_id: UUID, limit: int, after: str | None = None) -> tuple[list[dict[str, Any]], str | None]:
    """At most `limit` lines after the cursor `after`, newest first, and the cursor of the next page.

    `actor_name` is None for an account that is gone. Raises Invalid for a cursor of another list.
    """
    within = f"{patient_id}:access-log"
    before = _NEWEST if after is None else place(after, within=within)
    with connection.cursor() as cursor_:
        cursor_.execute(_READ, {"patient": patient_id, "before": before, "limit": limit + 1})
        found = cursor_.fetchall()
    page = found[:limit]
    return [_presented(row) for row in page], cursor(page[-1][0], within=within) if len(found) > limit else None


def _parameters(line: Line, at: datetime) -> dict[str, Any]:
    return {"at": at, "action": line.action, "resource": line.resource, "resource_id": line.resource_id}


def _presented(row: tuple[Any, ...]) -> dict[str, Any]:
    names = ("actor", "actor_name", "action", "resource", "resource_id")
    return {"at": row[1], **dict(zip(names, row[2:], strict=True))}
