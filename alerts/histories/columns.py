"""A diary as the rules look at it, in JSON that the database builds from the columns of its tables.

The fields are named once, in `alerts.rules.history`, and the columns are called the same. Every statement that reads a
history is made of these pieces, and every answer is decoded here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any, Final

import msgspec

from alerts.rules.history import Entry, Event, History, Profile, Treatment


class StoredEntry(Entry, frozen=True, kw_only=True, array_like=True):
    """An entry's columns in the order of `entry_json`."""

    id: str


_ENTRIES: Final = msgspec.json.Decoder(tuple[StoredEntry, ...])
_TREATMENTS: Final = msgspec.json.Decoder(tuple[Treatment, ...])
_EVENTS: Final = msgspec.json.Decoder(tuple[Event, ...])
_PROFILE: Final = [field.name for field in fields(Profile)]
_ANSWERED_APART: Final = ("symptoms", "treatments_taken")

PROFILE: Final = ", ".join(_PROFILE)
"""The columns of a patient, in the order of `profile_of`."""


def _by_name(shape: type[Treatment] | type[Event]) -> str:
    named = [f"'{field.name}', {field.name}" for field in fields(shape)]
    return f"json_build_object({', '.join(named)})"


TREATMENT: Final = _by_name(Treatment)
EVENT: Final = _by_name(Event)


def entry_json(*, without: Collection[str] = ()) -> str:
    """SQL for one entry; what is in `without` reads as not answered."""
    return f"json_build_array({', '.join(_column(name, name in without) for name in StoredEntry.__struct_fields__)})"


def profile_of(columns: Sequence[Any]) -> Profile:
    """What `PROFILE` selected."""
    return Profile(**dict(zip(_PROFILE, columns, strict=True)))


def entries_of(json: str | None) -> tuple[StoredEntry, ...]:
    """A list of `entry_json`; null without any."""
    return _ENTRIES.decode(json) if json else ()


def events_of(json: str | None) -> tuple[Event, ...]:
    """A list of `EVENT`; null without any."""
    return _EVENTS.decode(json) if json else ()


def history_of(*, profile: Sequence[Any], entries: str | None, treatments: str | None, events: str | None) -> History:
    """All of it, as the database gave it."""
    return History(
        profile=profile_of(profile),
        entries=entries_of(entries),
        treatments=_TREATMENTS.decode(treatments) if treatments else (),
        events=events_of(events),
    )


def _column(name: str, is_left_out: bool) -> str:
    if name in _ANSWERED_APART:
        return "'{}'::json" if is_left_out else f"coalesce({name}, '{{}}')"
    return "NULL" if is_left_out else name
