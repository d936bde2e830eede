"""What can still be read of an entry or event that was refused: danger signs in it must be answered all the same.

Every answer that is valid on its own is kept, each other one counts as not answered. Nothing is coerced and nothing is
guessed, and what was salvaged is never stored.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import Any, Final, get_args
from uuid import UUID

import msgspec

from diary.format.fields import Entry, Event, Profile, Resource
from diary.format.strict_json import text_errors
from diary.format.tolerance import tolerated
from diary.format.validation import CHECKS

_NO_ID: Final = UUID(int=0)
_NO_ANSWER: Final = frozenset({"id", "date", "recorded_at", "time_zone", "note"})
"""An entry of these alone answers nothing that a rule asks."""
_INVALID: Final = object()


@dataclass(frozen=True, slots=True)
class Salvaged:
    """An entry or event as far as it could be read.

    `id` is the row that it was to replace and `zone` the time zone that it was written in, None where they could not be
    read. What `content` must have is made up where it is missing: it is about today when its date cannot be.
    """

    id: UUID | None
    content: Entry | Event
    zone: str | None = None


def salvaged(written: Any, *, id_: UUID | None = None, latest: date, now: datetime) -> Sequence[Salvaged]:
    """What `written`, a JSON value, says as an entry and as an event; nothing where it says nothing as either.

    The two share no answer, so it does not matter which of them it was called. `id_` is the id that it was sent under,
    `latest` the last date that may be written about. Never raises, whatever `written` is.
    """
    if not isinstance(written, dict):
        return ()
    entry = _answers(Entry, written, latest)
    event = _answers(Event, written, latest)
    found: list[Entry | Event] = []
    if entry.keys() - _NO_ANSWER:
        found.append(Entry(**{**_made_up(entry, now), "recorded_at": now, "time_zone": "UTC", **entry}))
    if "kind" in event:
        found.append(Event(**{**_made_up(entry, now), **event}))
    return [Salvaged(id_ or entry.get("id"), content, entry.get("time_zone")) for content in found]


def whole(content: Resource | None, *, id_: UUID) -> Sequence[Salvaged]:
    """A valid entry or event that could not be stored under `id_`; nothing of anything else."""
    if not isinstance(content, Entry | Event):
        return ()
    return [Salvaged(id_, content, content.time_zone if isinstance(content, Entry) else None)]


def salvaged_profile(written: Any, *, latest: date) -> Mapping[str, Any]:
    """The fields of a refused profile that are valid on their own. Never raises, whatever `written` is."""
    return _answers(Profile, written, latest) if isinstance(written, dict) else {}


def _made_up(answers: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """Stands in for what cannot be read; the day is the one on which it was sent, by the phone's own offset."""
    recorded_at = answers.get("recorded_at", now)
    return {"id": _NO_ID, "date": now.astimezone(recorded_at.tzinfo).date()}


def _answers(kind: type[msgspec.Struct], written: dict[str, Any], latest: date) -> dict[str, Any]:
    """The fields that are answered and valid, converted."""
    written = tolerated(kind, written)
    read = {name: _read(name, hint, written[name], latest) for name, hint in _fields(kind) if name in written}
    return {name: value for name, value in read.items() if value is not None and value is not _INVALID}


def _read(name: str, hint: Any, written: Any, latest: date) -> Any:
    """The value of a field; of several answers in one, those that are valid without the others."""
    value = _valid(name, hint, written, latest)
    if value is not _INVALID or not isinstance(written, list | dict):
        return value
    read = [_valid(name, hint, part, latest) for part in _parts(hint, written)]
    return _together([part for part in read if part is not _INVALID])


def _valid(name: str, hint: Any, written: Any, latest: date) -> Any:
    try:
        value = msgspec.convert(written, hint)
    except (msgspec.ValidationError, UnicodeEncodeError):  # the latter for half of a surrogate pair
        return _INVALID
    if value is None:
        return None
    check = CHECKS.get(name)
    holds = not any(text_errors(written)) and (check is None or check.holds([value], [written], latest))
    return value if holds else _INVALID


def _parts(hint: Any, written: list[Any] | dict[str, Any]) -> Iterator[Any]:
    """Each item by itself, in a list or an object of one."""
    if isinstance(written, list):
        return ([item] for item in written)
    known = _names(hint)
    return ({name: item} for name, item in written.items() if known is None or name in known)


def _together(parts: Sequence[Any]) -> Any:
    """One value of the parts, each answer once."""
    if not parts:
        return _INVALID
    if isinstance(parts[0], list):
        return list(dict.fromkeys(chain.from_iterable(parts)))
    if isinstance(parts[0], dict):
        return dict(chain.from_iterable(part.items() for part in parts))
    named = chain.from_iterable(msgspec.to_builtins(part).items() for part in parts)
    return type(parts[0])(**dict(named))


@cache
def _fields(kind: type[msgspec.Struct]) -> Sequence[tuple[str, Any]]:
    return [(field.name, field.type) for field in msgspec.structs.fields(kind)]


def _names(hint: Any) -> frozenset[str] | None:
    """The fields of an object, so that no time is spent on others; None where any name may be one."""
    structs = [kind for kind in get_args(hint) if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]
    return frozenset(structs[0].__struct_fields__) if structs else None
