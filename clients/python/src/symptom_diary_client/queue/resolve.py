"""Ending a conflict as somebody has chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from symptom_diary_client.content import Content, written
from symptom_diary_client.content import says_the_same as say_the_same
from symptom_diary_client.hearing import Conflict
from symptom_diary_client.ids import new_id
from symptom_diary_client.queue.kept import Waiting, Wish, conflict_key, keep, next_number, read_conflict
from symptom_diary_client.store.store import Rows


def resolve(rows: Rows, seen: Conflict, choice: str | Content, now: datetime) -> str | None:
    """End a conflict, and put what is to be changed on the queue. Gives the id that it is under.

    What was chosen replaces the version that the person has seen, and no later one. Should this device's own side have
    been edited since, nothing is done and the conflict is told anew: None.
    """
    conflict = read_conflict(rows, seen.kind, seen.id)
    if conflict is None:
        return seen.id
    if not say_the_same(conflict.data, seen.mine):
        keep(rows, replace(conflict, heard=False))
        return None
    rows.set(conflict_key(seen.kind, seen.id), None)
    if choice == "theirs":
        return seen.id
    data = conflict.data if isinstance(choice, str) else written(choice)
    if data is None and seen.theirs is None:
        return seen.id
    under = new_id(now) if seen.theirs is None else seen.id  # a deletion wins over its id for ever
    wish = Wish("delete", None) if data is None else Wish("put", {**data, "id": under})
    wish = replace(wish, draft=next_number(rows))
    base = None if seen.theirs is None else seen.version
    keep(rows, Waiting(seen.kind, under, order=next_number(rows), since=conflict.since, base=base, wish=wish))
    return under
