"""The days of a span that have an entry, a page at a time, with their entries: one statement, and so one moment."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from alerts.histories.columns import entries_of, entry_json
from alerts.rules.history import Entry
from diary.statements import Later, ask

_LIVING: Final = "FROM diary_entry WHERE patient_id = %(patient)s AND NOT deleted AND date"
_DAYS: Final = f"""
    WITH days AS (
        SELECT date, count(*) AS entries, row_number() OVER in_order AS number,
            sum(count(*)) OVER in_order - count(*) AS before
        {_LIVING} BETWEEN %(first)s AND %(last)s
        GROUP BY date WINDOW in_order AS (ORDER BY date) ORDER BY date LIMIT %(most_days)s + 1
    )
    SELECT (SELECT json_agg(json_build_array(date, entries) ORDER BY date)::text FROM days),
        (SELECT json_agg({entry_json()})::text {_LIVING} BETWEEN %(first)s AND (
            SELECT max(date) FROM days WHERE number <= %(most_days)s AND before < %(most_entries)s
        ))
"""  # noqa: S608 names of ours
_COUNTED: Final = msgspec.json.Decoder(list[tuple[date, int]])


class WrittenDays(NamedTuple):
    """Dates with how many entries they have, one more than the page has room for; and the entries of the page."""

    days: list[tuple[date, int]]
    entries: tuple[Entry, ...]


def written_days(*, patient_id: UUID, first: date, last: date, most_days: int, most_entries: int) -> Later[WrittenDays]:
    """A page of the days from `first` to `last`, in order of time.

    It has `most_days` days at most, and ends early at the day that brings it to `most_entries` entries.
    """
    rows = ask(
        _DAYS,
        {
            "patient": patient_id,
            "first": first,
            "last": last,
            "most_days": most_days,
            "most_entries": most_entries,
        },
    )

    def read() -> WrittenDays:
        [(days, entries)] = rows()
        return WrittenDays(_COUNTED.decode(days) if days else [], entries_of(entries))

    return read
