"""Putting changes on the queue: edits of one resource become one."""

from __future__ import annotations

from dataclasses import replace

from symptom_diary_client.content import Kind
from symptom_diary_client.errors import DeletedError
from symptom_diary_client.queue.kept import (
    RefusedChange,
    Row,
    Waiting,
    Wish,
    conflict_key,
    earlier,
    keep,
    next_number,
    read_conflict,
    read_refused,
    read_row,
    read_waiting,
    refused_key,
    waiting_key,
)
from symptom_diary_client.queue.shown import note_day
from symptom_diary_client.store.store import Rows


def edit(rows: Rows, kind: Kind, id: str, wish: Wish, *, now: str, pressing: bool) -> None:
    """Note what somebody wants of a resource.

    While a conflict about it is open, it becomes this device's side of that. Raises DeletedError for new content of
    what was deleted: its id is used up.
    """
    note_day(rows, kind, wish.data)
    row = read_row(rows, kind, id)
    is_deleted = row is not None and row.data is None
    conflict = read_conflict(rows, kind, id)
    if conflict and wish.op == "delete" and is_deleted:
        return rows.set(conflict_key(kind, id), None)
    if conflict:
        return keep(rows, replace(conflict, op=wish.op, data=wish.data))
    known = read_waiting(rows, kind, id)
    refused = read_refused(rows, kind, id)
    waiting = known or _begun(rows, kind, id, refused, now)
    newest = waiting.wish or waiting.sent
    if wish.op == "put" and (is_deleted or (newest is not None and newest.op == "delete")):
        raise DeletedError(id)
    rows.set(refused_key(kind, id), None)
    if wish.op == "delete" and (known or refused) and waiting.base is None and waiting.sent is None:
        return rows.set(waiting_key(kind, id), None)  # it never left
    if wish.op == "delete" and is_deleted:
        return None
    seen = earlier(waiting.wish.seen if waiting.wish else None, _seen_in(wish, known, row))
    numbered = replace(wish, seen=seen, draft=next_number(rows))
    return keep(rows, replace(waiting, wish=numbered, pressing=pressing or waiting.pressing))


def _seen_in(wish: Wish, waiting: Waiting | None, row: Row | None) -> int | None:
    """The version that somebody saw who edits: what waits here still, what became of it, or what it rested on."""
    if wish.draft is None:
        return wish.seen
    if waiting and waiting.newest.draft == wish.draft:
        return None
    return row.version if row and row.draft == wish.draft else wish.seen or 0


def _begun(rows: Rows, kind: Kind, id: str, refused: RefusedChange | None, now: str) -> Waiting:
    """The change that a new edit begins: on what was refused, else on what the service was last known to have."""
    row = read_row(rows, kind, id)
    base = refused.base if refused else (row.version if row else None)
    return Waiting(kind, id, order=next_number(rows), since=refused.since if refused else now, base=base)
