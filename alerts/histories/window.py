"""The few days around a write, in one prepared statement: every write reads them to look for danger signs.

Only these days are read, however far apart the dates of a batch are and however long the diary is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from alerts.histories.columns import EVENT, PROFILE, entries_of, entry_json, events_of, profile_of
from alerts.histories.of_diary import Period, entry_of_document, event_of_document
from alerts.rules.history import Entry, Event, History, Profile
from diary.format import fields as content
from diary.statements import Later, ask

_OF_THE_SPANS: Final = """
    FROM unnest(%(firsts)s::date[], %(lasts)s::date[]) AS span (first, last) CROSS JOIN LATERAL (
        SELECT * FROM {table}
        WHERE patient_id = diary_patient.id AND NOT deleted AND date BETWEEN first AND last OFFSET 0
    ) AS noted
"""
"""`OFFSET 0` has each span looked up by itself. Left to join them PostgreSQL would rather read a whole diary once."""
_LEFT_OUT: Final = ("treatments_taken", "weight_kg")
_WINDOW: Final = f"""
    SELECT {PROFILE},
        (SELECT json_agg({entry_json(without=_LEFT_OUT)})::text {_OF_THE_SPANS.format(table="diary_entry")}),
        (SELECT json_agg({EVENT})::text {_OF_THE_SPANS.format(table="diary_event")})
    FROM diary_patient WHERE id = %(patient)s
"""  # noqa: S608 names of ours


Recorded = content.Entry | content.Event
"""A row as it was sent, which may not be stored yet."""


class Window(NamedTuple):
    """Profile, entries and events of some spans of days, as far as the danger rules look at them.

    Weights and treatments are left out: no danger rule asks for them.
    """

    profile: Profile
    entries: tuple[Entry, ...]
    events: tuple[Event, ...]

    def history(self, *, on: Collection[date] | None = None) -> History:
        """All of it for the rules, or of the entries only those about the dates in `on`."""
        entries = self.entries if on is None else tuple(entry for entry in self.entries if entry.date in on)
        return History(profile=self.profile, entries=entries, events=self.events)

    def with_rows(self, rows: Collection[Recorded]) -> Window:
        """The same once these rows are stored, each in the place of the one with its id."""
        ids = {str(row.id) for row in rows}
        entries = [entry for entry in self.entries if str(entry.id) not in ids]
        events = [event for event in self.events if event.id not in ids]
        return Window(
            self.profile,
            (*entries, *(entry_of_document(row) for row in rows if isinstance(row, content.Entry))),
            (*events, *(event_of_document(row) for row in rows if isinstance(row, content.Event))),
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


def window_of(*, patient_id: UUID, spans: Sequence[Period]) -> Later[Window]:
    """What is in the diary about the days of these spans, which must not overlap."""
    firsts, lasts = [span.first for span in spans], [span.last for span in spans]
    rows = ask(_WINDOW, {"patient": patient_id, "firsts": firsts, "lasts": lasts})

    def read() -> Window:
        for *profile, entries, events in rows():
            return Window(profile_of(profile), entries_of(entries), events_of(events))
        return Window(Profile(), (), ())

    return read
