"""What an answer does to the queue and to the diary on this device. It is kept together with the new cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from symptom_diary_client.content import Kind, says_the_same, written
from symptom_diary_client.queue.kept import (
    OpenConflict,
    RefusedChange,
    Row,
    Sent,
    Waiting,
    change_meta,
    conflict_key,
    earlier,
    keep,
    read_conflict,
    read_row,
    read_waiting,
    waiting_key,
)
from symptom_diary_client.queue.shown import note_day
from symptom_diary_client.store.store import Rows

_TOO_MANY: Final = 429


@dataclass
class Settled:
    """What came of an answer."""

    later: list[str] = field(default_factory=list)
    """Resources that the service has no room for today: they stay on the queue."""
    changed: bool = False
    """Whether anything on this device may have changed."""


def settle(rows: Rows, changes: Sequence[Mapping[str, Any]], answer: Mapping[str, Any], now: str) -> Settled:
    """Take an answer to `changes` in hand: results first, then what is new, then the cursor."""
    settled = Settled(changed=bool(changes or answer["changes"]))
    for change, result in zip(changes, answer["results"], strict=False):
        waiting = read_waiting(rows, change["type"], change["id"])
        if waiting is None or waiting.sent is None or not _is_answered(waiting.sent, change):
            continue  # another process has had the answer to the same request before
        if result["status"] == "invalid" and result.get("problem", {}).get("status") == _TOO_MANY:
            settled.later.append(change["id"])
        else:
            _settle_one(rows, waiting, waiting.sent, result, now)
    for news in answer["changes"]:
        data = None if news["data"] is None else written(news["data"])
        _keep_row(rows, news["type"], news["id"], news["version"], data)
    change_meta(rows, cursor=answer["cursor"])
    return settled


def _is_answered(sent: Sent, change: Mapping[str, Any]) -> bool:
    asked = (change["op"], change["if_version"])
    return (sent.op, sent.if_version) == asked and says_the_same(sent.data, change.get("data"))


def _settle_one(rows: Rows, waiting: Waiting, sent: Sent, result: Mapping[str, Any], now: str) -> None:
    status = result["status"]
    if status in ("stored", "unchanged"):
        _stored(rows, waiting, sent, result, now)
    elif status == "deleted":
        _keep_row(rows, waiting.type, waiting.id, result["version"] or 0, None)
        if waiting.newest.op == "put":
            _conflict(rows, waiting, sent)
        else:
            rows.set(waiting_key(waiting.type, waiting.id), None)
    elif status == "conflict":
        _conflicted(rows, waiting, sent, result)
    else:
        _refused(rows, waiting, sent, result)


def _stored(rows: Rows, waiting: Waiting, sent: Sent, result: Mapping[str, Any], now: str) -> None:
    own = (sent.if_version or 0) + 1
    # An unchanged one may have been overtaken by another device: the version told is then of what is stored now. What
    # was edited here since rests on this device's own version, so that nobody's edit is replaced unseen.
    version = min(result["version"] or own, own)
    _keep_row(rows, waiting.type, waiting.id, version, sent.data, sent.draft)
    if waiting.wish is None:
        rows.set(waiting_key(waiting.type, waiting.id), None)
    else:
        keep(rows, replace(waiting, base=earlier(version, waiting.wish.seen), sent=None, since=now))


def _conflicted(rows: Rows, waiting: Waiting, sent: Sent, result: Mapping[str, Any]) -> None:
    current = result.get("current")
    if current:
        version = current.get("version") or result["version"] or 0
        _keep_row(rows, waiting.type, waiting.id, version, written(current))
    if current and says_the_same(current, waiting.newest.data):
        rows.set(waiting_key(waiting.type, waiting.id), None)
    else:
        _conflict(rows, waiting, sent)


def _conflict(rows: Rows, waiting: Waiting, sent: Sent) -> None:
    newest = waiting.newest
    rows.set(waiting_key(waiting.type, waiting.id), None)
    seen = sent.if_version or 0
    keep(rows, OpenConflict(waiting.type, waiting.id, newest.op, newest.data, waiting.since, seen=seen))


def _refused(rows: Rows, waiting: Waiting, sent: Sent, result: Mapping[str, Any]) -> None:
    """What the service won't take. Somebody who has edited it since may have put it right: that is tried."""
    if waiting.wish:
        return keep(rows, replace(waiting, sent=None))
    status = 403 if result["status"] == "forbidden" else 400
    problem = result.get("problem") or {"type": "about:blank", "title": "", "status": status, "detail": ""}
    rows.set(waiting_key(waiting.type, waiting.id), None)
    keep(
        rows,
        RefusedChange(waiting.type, waiting.id, sent.op, sent.data, sent.if_version, waiting.since, problem),
    )
    return None


def _keep_row(
    rows: Rows, kind: Kind, id: str, version: int, data: dict[str, Any] | None, draft: int | None = None
) -> None:
    """Keep what the service has, unless something newer is known."""
    known = read_row(rows, kind, id)
    if known and known.version > version:
        return
    own = known.draft if known and known.version == version and draft is None else draft
    keep(rows, Row(kind, id, version, data, own))
    conflict = read_conflict(rows, kind, id)
    if data is None and conflict and conflict.data is None:
        rows.set(conflict_key(kind, id), None)  # both have deleted it
    note_day(rows, kind, data)
