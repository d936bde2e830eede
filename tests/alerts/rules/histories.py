"""Short histories for the tests of the rules, told in day numbers: day 1 is 1 January 2024."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import chain, count
from typing import Any, NamedTuple

from alerts.rules.history import Entry, Event, History, Profile, Treatment
from alerts.rules.screening import screen

FIRST = dt.date(2024, 1, 1)

_ids = count(1)


class Case(NamedTuple):
    """One row of a rule's table: what it is about, the history, and the days on which the rule is found."""

    name: str
    history: History
    found: list[int]


def date(day: int) -> dt.date:
    return FIRST + dt.timedelta(days=day - 1)


def day(on: dt.date) -> int:
    return (on - FIRST).days + 1


def entry(on: int, *, hour: int = 20, **answers: Any) -> Entry:
    """One entry; symptoms may be given by name like any other answer."""
    symptoms = {name: answers.pop(name) for name in set(answers) - set(Entry.__struct_fields__)}
    if symptoms:
        answers["symptoms"] = symptoms
    return Entry(
        id=f"entry-{next(_ids):06}",
        date=date(on),
        recorded_at=dt.datetime.combine(date(on), dt.time(hour), tzinfo=dt.UTC),
        **answers,
    )


def entries(days: Iterable[int], **answers: Any) -> list[Entry]:
    """The same answers on each of the days."""
    return [entry(on, **answers) for on in days]


def days(first: int, last: int, **answers: Any) -> list[Entry]:
    """The same answers on every day from the first to the last."""
    return entries(range(first, last + 1), **answers)


def treatment(started_on: int, stopped_on: int | None = None, **fields: Any) -> Treatment:
    defaults: dict[str, Any] = {"id": f"treatment-{next(_ids):06}", "kind": "medication", "name": "ibuprofen"}
    return Treatment(
        started_on=date(started_on),
        stopped_on=None if stopped_on is None else date(stopped_on),
        **(defaults | fields),
    )


def event(kind: str, on: int, **fields: Any) -> Event:
    return Event(id=f"event-{next(_ids):06}", kind=kind, date=date(on), **fields)


def visit(on: int, *, about_this_pain: bool | None = None) -> Event:
    return event("doctor_visit", on, about_this_pain=about_this_pain)


def diary(*parts: Iterable[Entry] | Treatment | Event | Entry, **profile: Any) -> History:
    """A history of entries, runs of entries, treatments and events, in any order."""
    single = [part for part in parts if isinstance(part, Entry | Treatment | Event)]
    runs = [part for part in parts if not isinstance(part, Entry | Treatment | Event)]
    all_entries = [part for part in single if isinstance(part, Entry)]
    return History(
        profile=Profile(**profile),
        entries=tuple(chain(all_entries, *runs)),
        treatments=tuple(part for part in single if isinstance(part, Treatment)),
        events=tuple(part for part in single if isinstance(part, Event)),
    )


def found_on(rule: str, history: History) -> list[int]:
    """The day numbers on which the rule is found."""
    return [day(finding.met_on) for finding in screen(history) if finding.rule == rule]
