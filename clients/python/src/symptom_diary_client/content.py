"""What people write, as it is kept, sent and compared. Its shapes are in `contract`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from symptom_diary_client.contract import Entry, Event, Treatment

Kind = Literal["entry", "treatment", "event"]
Content = Mapping[str, Any]
"""An entry, a treatment or an event."""


class ShownEntry(Entry, total=False):
    """An entry as this device shows it; sent back, it replaces what was seen and nothing later."""

    version: int
    draft: int


class ShownTreatment(Treatment, total=False):
    """A treatment as this device shows it."""

    version: int
    draft: int


class ShownEvent(Event, total=False):
    """An event as this device shows it."""

    version: int
    draft: int


_ADDED: Final = ("version", "draft", "received_at", "clock_skew_seconds", "recorded_by", "screened", "note_unreadable")
"""What the service and this device add to what they give back. It is no part of what people write."""


def written(content: Content) -> dict[str, Any]:
    """A copy of what somebody wrote, of plain values only. Raises TypeError or ValueError for what is no JSON."""
    copy: dict[str, Any] = json.loads(json.dumps(dict(content), allow_nan=False))
    for name in _ADDED:
        copy.pop(name, None)
    if isinstance(copy.get("id"), str):
        copy["id"] = copy["id"].lower()  # as the service gives it back
    if isinstance(copy.get("weight_kg"), float):
        copy["weight_kg"] = round(copy["weight_kg"], 2)
    return copy


def says_the_same(one: Content | None, other: Content | None) -> bool:
    """Whether both are one text: an answer left out is one not given, and the order of places is of no matter."""
    if one is None or other is None:
        return one is other
    return bool(_plain(written(one)) == _plain(written(other)))


def _plain(value: Any, name: str = "") -> Any:
    if isinstance(value, list):
        return sorted(value, key=repr)
    if isinstance(value, bool):
        return str(value)  # Python takes true for 1
    if isinstance(value, str) and name == "recorded_at":
        return _instant(value)
    if not isinstance(value, dict):
        return value
    given = {each: _plain(inner, each) for each, inner in value.items()}
    return {each: inner for each, inner in given.items() if inner is not None} or None


def _instant(text: str) -> float | str:
    """Seconds; the text itself where it is no instant, which the service will say."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return text


def date_of(content: Content) -> str:
    """The day that something is about; of a treatment the one that it began on."""
    return str(content.get("date") or content.get("started_on") or "")
