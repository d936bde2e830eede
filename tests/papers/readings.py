"""Diaries as papers read them, without a database."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from alerts.models import Alert
from alerts.rules.case import Case
from alerts.rules.history import Entry, History, Profile, Treatment
from diary.format.fields import Event
from papers.reading import Note, Reading

FIRST = date(2026, 6, 1)
LAST = date(2026, 6, 28)
MADE_AT = datetime(2026, 6, 28, 9, tzinfo=UTC)


def day(number: int) -> date:
    """Counted from 0, the first."""
    return FIRST + timedelta(days=number)


def entry(number: int, **answers: Any) -> Entry:
    on = day(number)
    return Entry(id=uuid4(), date=on, recorded_at=datetime(on.year, on.month, on.day, 8, tzinfo=UTC), **answers)


def treatment(name: str = "Ibuprofen", *, kind: str = "medication", **fields: Any) -> Treatment:
    return Treatment(id=str(uuid4()), kind=kind, name=name, **{"started_on": FIRST, **fields})


def event(number: int, kind: Any = "doctor_visit", **fields: Any) -> Event:
    return Event(id=uuid4(), kind=kind, date=day(number), **fields)


def alert(number: int, **fields: Any) -> Alert:
    """Saddle numbness on the day."""
    counts = {"signs": {"met": True, "found": ["saddle_numbness"]}}
    evidence = {"days": [day(number).isoformat()], "counts": counts, "trials": []}
    known = {"rule": "cauda_equina", "rule_version": 1, "tier": "emergency", "state": "open", **fields}
    return Alert(met_on=day(number), found_on=day(number), evidence=evidence, **known)


def reading(
    *entries: Entry,
    name: str = "Alice",
    profile: Profile | None = None,
    treatments: Sequence[Treatment] = (),
    events: Sequence[Event] = (),
    alerts: Sequence[Alert] = (),
    notes: Sequence[Note] = (),
    last: date = LAST,
) -> Reading:
    """Four weeks of June 2026, unless `last` is another day."""
    history = History(profile=profile or Profile(), entries=entries, treatments=tuple(treatments))
    return Reading(name=name, first=FIRST, last=last, case=Case(history), events=events, alerts=alerts, notes=notes)
