"""A second implementation of the clinical rules, written sentence by sentence and without a thought for speed.

It shares nothing with `alerts.rules`; the tests compare what both find in random diaries.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.reference.episodes import Held, findings_of, held_days
from tests.reference.words import Diary, day_of

Document = dict[str, Any]


def seen_on(document: Document, as_of: date) -> Document:
    """The diary without anything recorded for a later date; what stops later still runs."""
    known = [t for t in document.get("treatments") or [] if day_of(t["started_on"]) <= as_of]
    return {
        "patient": document.get("patient") or {},
        "entries": [e for e in document.get("entries") or [] if day_of(e["date"]) <= as_of],
        "events": [e for e in document.get("events") or [] if day_of(e["date"]) <= as_of],
        "treatments": [t if (t.get("stopped_on") or "") <= str(as_of) else {**t, "stopped_on": None} for t in known],
    }


def last_date(document: Document) -> date | None:
    """The last date of an entry or event."""
    return max(Diary(document).dates(), default=None)


def screened(document: Document, as_of: date | None = None) -> tuple[list[tuple[str, date]], Held]:
    """Every (rule, met on), and for each rule that ever holds the days on which it does."""
    until = as_of or last_date(document)
    if until is None:
        return [], {}
    diary = Diary(seen_on(document, until))
    held = held_days(diary, until)
    return findings_of(diary, held), {rule: days for rule, days in held.items() if days}


def held(document: Document, as_of: date | None = None) -> Held:
    """For each rule that ever holds the days on which it does."""
    return screened(document, as_of)[1]


def findings(document: Document, as_of: date | None = None) -> list[tuple[str, date]]:
    """Every (rule, met on) over the whole diary, or up to a date."""
    return screened(document, as_of)[0]
