"""The diary as this device shows it: what was written here last over what the service has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from symptom_diary_client.content import Content, Kind, date_of
from symptom_diary_client.queue.kept import (
    OpenConflict,
    RefusedChange,
    Row,
    Waiting,
    all_conflicts,
    all_refused,
    all_waiting,
    read_conflict,
    read_refused,
    read_row,
    read_waiting,
)
from symptom_diary_client.store.store import Rows

Shown = dict[str, Any]
"""Content with the `version` that it is or that it rests on, and the number (`draft`) of what waits here.

Sent back with both, it replaces what was seen and nothing later.
"""


def shown(rows: Rows, kind: Kind, id: str) -> Shown | None:
    """What is shown under an id; None for nothing."""
    found = (
        read_waiting(rows, kind, id)
        or read_conflict(rows, kind, id)
        or read_refused(rows, kind, id)
        or read_row(rows, kind, id)
    )
    return _content(found) if found else None


def all_shown(rows: Rows, kind: Kind) -> list[Shown]:
    """All of one kind."""
    layers: tuple[Iterable[Row | RefusedChange | OpenConflict | Waiting], ...] = (
        (Row(**kept) for kept in rows.all(f"row/{kind}/")),
        all_refused(rows),
        all_conflicts(rows),
        all_waiting(rows),
    )
    found = {one.id: _content(one) for layer in layers for one in layer if one.type == kind}
    return [content for content in found.values() if content is not None]


def _content(one: Row | RefusedChange | OpenConflict | Waiting) -> Shown | None:
    if isinstance(one, Row):
        return one.data and {**one.data, "version": one.version}
    if isinstance(one, OpenConflict):
        return one.data and {**one.data, "version": one.seen}
    if isinstance(one, RefusedChange):
        return one.data and {**one.data, "version": one.base or 0}
    data = one.newest.data
    return data and {**data, "version": one.as_sent().if_version or 0, "draft": one.newest.draft}


def same_day(rows: Rows, kind: Kind, content: Content) -> list[Content]:
    """The other entries of the day that an entry is about."""
    if kind != "entry":
        return []
    date = date_of(content)
    others = (shown(rows, kind, id) for id in _ids_of(rows, date) if id != content["id"])
    return [other for other in others if other and date_of(other) == date]


def note_day(rows: Rows, kind: Kind, data: Content | None) -> None:
    """Remember that an entry is, or was, about its day: a diary of years need not be searched for it."""
    if kind != "entry" or data is None:
        return
    ids = _ids_of(rows, date_of(data))
    if data["id"] not in ids:
        rows.set(f"day/{date_of(data)}", [*ids, data["id"]])


def _ids_of(rows: Rows, date: str) -> list[str]:
    return rows.get(f"day/{date}") or []
