"""The access log of a diary: every look at it and every change, in the words of who, what and when.

A change is noted in its own transaction, a look when what there is to see has been found and before it is sent: nothing
is stored or shown without a line, and what was refused has none. Lines can be added and read; the database refuses
everything else.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from diary.cursors import Listing
from diary.models.access_line import LOOKS, Action
from diary.statements import ask_first, execute, fetch_all

ONCE_IN: Final = timedelta(minutes=1)
"""The same look by the same person is noted again after this: a flood of them must not bury what else there is."""
SUPPORT: Final = UUID("73757070-6f72-8000-8000-000000000000")
"""The actor of what the operator's support looks at and does: none of its people is named."""
_INSERT: Final = (
    "INSERT INTO diary_accessline (patient_id, actor_id, at, action, resource, resource_id, recipient, reason)"
)
_VALUES: Final = "%(patient)s, %(actor)s, %(at)s, %(action)s, %(resource)s, %(resource_id)s, %(recipient)s, %(reason)s"
_LOOK: Final = f"""
    {_INSERT}
    SELECT %(patient)s, %(actor)s, %(at)s, %(action)s, %(resource)s, %(resource_id)s::uuid, %(recipient)s::text,
           %(reason)s::text
    WHERE NOT EXISTS (
        SELECT FROM diary_accessline
        WHERE patient_id = %(patient)s AND actor_id = %(actor)s AND at > %(since)s
          AND action IN ({", ".join(f"'{word}'" for word in LOOKS)}) AND action = %(action)s
          AND resource = %(resource)s AND resource_id IS NOT DISTINCT FROM %(resource_id)s::uuid
          AND reason IS NOT DISTINCT FROM %(reason)s::text
    )
"""  # noqa: S608 words of ours
_NOT_OLDER: Final = "AND EXISTS (SELECT FROM diary_patient WHERE id = %(patient)s AND revision >= %(revision)s)"
_READ: Final = f"""
    SELECT line.id, line.at, line.actor_id,
           CASE line.actor_id WHEN '{SUPPORT}' THEN 'support' ELSE coalesce(nullif(actor.name, ''), actor.email) END,
           line.action, line.resource, line.resource_id, line.recipient, line.reason
    FROM diary_accessline line LEFT JOIN diary_user actor ON actor.id = line.actor_id
    WHERE line.patient_id = %(patient)s AND line.id < %(before)s
    ORDER BY line.id DESC LIMIT %(limit)s
"""  # noqa: S608 words of ours
_OPENINGS: Final = """
    SELECT resource_id, at, recipient FROM diary_accessline
    WHERE patient_id = %(patient)s AND resource_id = ANY(%(ids)s) AND recipient IS NOT NULL ORDER BY id DESC
"""
_NEWEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class AccessedLine:
    """A line as the log has it; `actor_name` is None for an account that is gone, and `support` for the operator's."""

    number: int
    at: datetime
    actor: UUID
    actor_name: str | None
    action: Action
    resource: str
    resource_id: UUID | None
    recipient: str | None
    reason: str | None

    def presented(self) -> dict[str, Any]:
        """As the diary's owner reads it."""
        shown = asdict(self)
        del shown["number"]
        return shown


@dataclass(frozen=True, slots=True)
class Line:
    """What was done: the action, the kind of thing it was done with, and its id when it was one thing."""

    action: Action
    resource: str
    resource_id: UUID | None = None
    recipient: str | None = None
    reason: str | None = None

    @property
    def as_look(self) -> "Line":
        """What is said instead when nothing was changed: the thing was only shown."""
        return self if self.action in LOOKS else Line("read", self.resource, self.resource_id, reason=self.reason)


def noted_beside(line: Line, *, patient_id: UUID, actor_id: UUID, at: datetime) -> tuple[str, dict[str, Any]]:
    """A part of a WITH statement that notes the line in whatever statement it stands beside, and its parameters."""
    return f"noted AS ({_INSERT} VALUES ({_VALUES}))", {
        "patient": patient_id,
        "actor": actor_id,
        **_parameters(line, at),
    }


def note_look(line: Line, *, patient_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Note that something was shown, unless the same look was noted within the last minute.

    Looks at the very same moment may each leave a line: none waits for another, and none is missing.
    """
    execute(_LOOK, _of_a_look(line, patient_id, actor_id, at))


def look_ahead(line: Line, *, patient_id: UUID, actor_id: UUID, at: datetime, revision: int) -> None:
    """The same together with what is asked next, if that is answered, and the diary is not older than `revision`."""
    parameters = {**_of_a_look(line, patient_id, actor_id, at), "revision": revision}
    ask_first(f"{_LOOK} {_NOT_OLDER if revision else ''}", parameters)


def _of_a_look(line: Line, patient_id: UUID, actor_id: UUID, at: datetime) -> dict[str, Any]:
    return {"patient": patient_id, "actor": actor_id, "since": at - ONCE_IN, **_parameters(line.as_look, at)}


def note(line: Line, *, patient_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Note what was done, in a statement of its own; the caller's transaction is that of the deed."""
    parameters = {"patient": patient_id, "actor": actor_id, **_parameters(line, at)}
    with connection.cursor() as cursor_:
        cursor_.execute(f"{_INSERT} VALUES ({_VALUES})", parameters)


def openings(*, patient_id: UUID, ids: Sequence[UUID]) -> Sequence[tuple[UUID, datetime, str]]:
    """Which of these shared links was opened when and for whom, the last first."""
    return [(id_, at, who) for id_, at, who in fetch_all(_OPENINGS, {"patient": patient_id, "ids": list(ids)})]


def access_lines(*, patient_id: UUID) -> Listing[AccessedLine]:
    """The lines of a diary, newest first."""

    def before(place: Any, limit: int) -> Sequence[AccessedLine]:
        parameters = {"patient": patient_id, "before": _NEWEST if place is None else place, "limit": limit}
        with connection.cursor() as cursor:
            cursor.execute(_READ, parameters)
            return [AccessedLine(*row) for row in cursor.fetchall()]

    return Listing(f"{patient_id}:access-log", before, lambda line: line.number)


def _parameters(line: Line, at: datetime) -> dict[str, Any]:
    return {"at": at, **asdict(line)}
