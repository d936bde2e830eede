"""Lists of a diary's resources, page by page, each in the order of the days that it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from diary.cursors import Listing
from diary.format.fields import ResourceType, Treatment
from diary.recording import rows
from diary.recording.rows import Stored

_DAY: Final[dict[ResourceType, str]] = {"entry": "date", "treatment": "started_on", "event": "date"}
_GOES_ON: Final = "coalesce(stopped_on >= %(on)s, true)"
_AFTER_TREATMENT: Final = f"AND ({_GOES_ON}, started_on, id) < (%(goes_on)s::boolean, %(day)s::date, %(id)s::uuid)"


@dataclass(frozen=True, slots=True)
class Span:
    """The days asked for, both included; None is no bound."""

    first: date | None = None
    last: date | None = None


def resources(*, patient_id: UUID, kind: ResourceType, span: Span, newest_first: bool = False) -> Listing[Stored]:
    """The living rows of a span, by day and then id."""
    day = _DAY[kind]
    conditions = ["AND NOT deleted"]
    parameters: dict[str, Any] = {"patient": patient_id, "first": span.first, "last": span.last}
    if span.first is not None:
        conditions.append(f"AND {day} >= %(first)s")
    if span.last is not None:
        conditions.append(f"AND {day} <= %(last)s")

    order, beyond = ("DESC", "<") if newest_first else ("ASC", ">")

    def after(place: Any, limit: int) -> Sequence[Stored]:
        started = {} if place is None else {"day": place[0], "id": place[1]}
        begin = "" if place is None else f"AND ({day}, id) {beyond} (%(day)s::date, %(id)s::uuid)"
        statement = " ".join([*conditions, begin, f"ORDER BY {day} {order}, id {order} LIMIT %(limit)s"])
        return rows.select(kind, statement, {**parameters, **started, "limit": limit})

    def place_of(row: Stored) -> list[Any]:
        return [getattr(row.content, day), row.id]

    name = f"{patient_id}:{kind}:{span.first}:{span.last}"
    return Listing(f"{name}:newest" if newest_first else name, after, place_of)


def treatments(*, patient_id: UUID, on: date) -> Listing[Stored]:
    """All of them: first those that are not over before the day `on`, then the others, the newest of each first."""
    parameters: dict[str, Any] = {"patient": patient_id, "on": on}

    def after(place: Any, limit: int) -> Sequence[Stored]:
        started = {} if place is None else {"goes_on": place[0], "day": place[1], "id": place[2]}
        return rows.select(
            "treatment",
            f"""
            AND NOT deleted {"" if place is None else _AFTER_TREATMENT}
            ORDER BY {_GOES_ON} DESC, started_on DESC, id DESC LIMIT %(limit)s
            """,
            {**parameters, **started, "limit": limit},
        )

    def place_of(row: Stored) -> list[Any]:
        one = cast("Treatment", row.content)
        return [goes_on(one, on), one.started_on, row.id]

    return Listing(f"{patient_id}:treatments:{on}", after, place_of)


def goes_on(treatment: Treatment, on: date) -> bool:
    """Whether it is not over before the day."""
    return treatment.stopped_on is None or treatment.stopped_on >= on
