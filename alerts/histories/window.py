"""The few days around a write, in one prepared statement: every write reads them to look for danger signs.

Only these days are read, however far apart the dates of a batch are and however long the diary is.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from alerts.histories.of_diary import Period
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
_SPANS: Final = "unnest(%(firsts)s::date[], %(lasts)s::date[]) AS span (first, last)"
_WINDOW: Final = f"""
    SELECT {", ".join(_PROFILE)},
        (SELECT json_agg(json_build_array({_columns(_Entry)}))::text FROM {_SPANS} JOIN diary_entry
         ON patient_id = diary_patient.id AND NOT deleted AND date BETWEEN span.first AND span.last),
        (SELECT json_agg(json_build_array({_columns(_Event)}))::text FROM {_SPANS} JOIN diary_event
         ON patient_id = diary_patient.id AND NOT deleted AND date BETWEEN span.first AND span.last)
    FROM diary_patient WHERE id = %(patient)s
"""  # noqa: S608 names of ours
_ENTRIES: Final = msgspec.json.Decoder(list[_Entry])
_EVENTS: Final = msgspec.json.Decoder(list[_Event])


class Window(NamedTuple):
    """Profile, entries and events of some spans of days, as far as the danger rules look at them.

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


def spans_around(days: Iterable[date], *, before: timedelta, after: timedelta) -> list[Period]:
    """The days from `before` to `after` each of these, as spans that do not meet, in order of time."""
    return merged_spans(Period(day - before, day + after) for day in sorted(set(days)))


def merged_spans(in_order: Iterable[Period]) -> list[Period]:
    """The same days as spans that do not meet; given and returned in order of time."""
    spans: list[Period] = []
    for span in in_order:
        if spans and span.first <= spans[-1].last + timedelta(days=1):
            spans[-1] = Period(spans[-1].first, max(span.last, spans[-1].last))
        else:
            spans.append(span)
    return spans


def window_of(*, patient_id: UUID, spans: Sequence[Period]) -> Window:
    """What stands in the diary about the days of these spans, which must not overlap."""
    firsts, lasts = [span.first for span in spans], [span.last for span in spans]
    row = fetch_one(_WINDOW, {"patient": patient_id, "firsts": firsts, "lasts": lasts})
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
