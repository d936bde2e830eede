"""The few days around a write, in one prepared statement: every write reads them to look for danger signs."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from alerts.rules import history
from alerts.rules.history import NOTHING_ANSWERED, History, Profile
from diary.statements import fetch_one


class _Entry(Struct, frozen=True, array_like=True):
    """An entry's columns in the order of the statement."""

    id: str
    date: date
    recorded_at: datetime
    worst_pain: int | None
    night_pain: int | None
    rest_pain: int | None
    movement_pain: int | None
    woke_from_sleep: bool | None
    worse_lying_down: bool | None
    worse_on_deep_breath: bool | None
    worse_on_straining: bool | None
    sites: tuple[str, ...] | None
    symptoms: dict[str, bool] | None


class _Event(Struct, frozen=True, array_like=True):
    """An event's, likewise."""

    id: str
    kind: str
    date: date
    trauma: str | None
    site: str | None
    about_this_pain: bool | None


def _columns(shape: type[Struct]) -> str:
    return ", ".join(shape.__struct_fields__)


_PROFILE: Final = [field.name for field in fields(Profile)]
_WINDOW: Final = f"""
    SELECT {", ".join(_PROFILE)},
        (SELECT json_agg(json_build_array({_columns(_Entry)}))::text FROM diary_entry
         WHERE patient_id = diary_patient.id AND NOT deleted AND date BETWEEN %(first)s AND %(last)s),
        (SELECT json_agg(json_build_array({_columns(_Event)}))::text FROM diary_event
         WHERE patient_id = diary_patient.id AND NOT deleted AND date BETWEEN %(first)s AND %(last)s)
    FROM diary_patient WHERE id = %(patient)s
"""  # noqa: S608 names of ours
_ENTRIES: Final = msgspec.json.Decoder(list[_Entry])
_EVENTS: Final = msgspec.json.Decoder(list[_Event])


class Window(NamedTuple):
    """Profile, entries and events from one date to another, as far as the danger rules look at them.

    Weights and treatments are left out: no danger rule asks for them.
    """

    profile: Profile
    entries: Sequence[_Entry]
    events: Sequence[_Event]

    def history(self, *, on: Collection[date] | None = None) -> History:
        """All of it for the rules, or of the entries only those about the dates in `on`."""
        entries = self.entries if on is None else [entry for entry in self.entries if entry.date in on]
        return History(
            profile=self.profile,
            entries=tuple(_entry(entry) for entry in entries),
            events=tuple(_event(event) for event in self.events),
        )


def window_around(*, patient_id: UUID, first: date, last: date) -> Window:
    """What stands in the diary from one date to another."""
    row = fetch_one(_WINDOW, {"patient": patient_id, "first": first, "last": last})
    if row is None:
        return Window(Profile(), (), ())
    *profile, entries, events = row
    return Window(
        profile=Profile(**dict(zip(_PROFILE, profile, strict=True))),
        entries=_ENTRIES.decode(entries) if entries else (),
        events=_EVENTS.decode(events) if events else (),
    )


def _entry(entry: _Entry) -> history.Entry:
    named = msgspec.structs.asdict(entry)
    named["symptoms"] = entry.symptoms or NOTHING_ANSWERED
    return history.Entry(**named)


def _event(event: _Event) -> history.Event:
    return history.Event(**msgspec.structs.asdict(event))
