"""Which changes go up next. They are marked in the same step, so that a killed process sends the very same again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from symptom_diary_client.connection import as_json
from symptom_diary_client.queue.kept import Sent, Waiting, all_waiting, keep
from symptom_diary_client.store.store import Rows

MOST_BYTES: Final = 2 * 1024 * 1024 - 16 * 1024
"""What the service takes in one request is 2 MiB, with what is around the changes."""
MOST_CHANGES: Final = 1000


def take_batch(rows: Rows, most: int, leave_out: Collection[str]) -> list[dict[str, Any]]:
    """Take changes for one request, danger signs first and then in their order, and mark them as sent.

    There is one of each resource, so an edit made while its forerunner is on the way goes with the next request, when
    the version that it rests on is known. `leave_out` are resources that wait for something else.
    """
    waiting = [one for one in all_waiting(rows) if one.id not in leave_out]
    batch: list[dict[str, Any]] = []
    size = 0
    for one in sorted(waiting, key=lambda each: (not each.pressing, each.order)):
        sent = one.as_sent()
        change = _change(one, sent)
        size += len(as_json(change)) + 1
        if batch and size > MOST_BYTES:
            break
        if one.sent is None:
            keep(rows, replace(one, wish=None, sent=sent))
        batch.append(change)
        if len(batch) == min(most, MOST_CHANGES):
            break
    return batch


def _change(one: Waiting, sent: Sent) -> dict[str, Any]:
    change = {"type": one.type, "op": sent.op, "id": one.id, "if_version": sent.if_version}
    return change if sent.data is None else {**change, "data": sent.data}
