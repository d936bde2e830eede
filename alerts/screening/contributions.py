"""Which danger signs a written row contributes to: those that are not met without it, on its day's merged content.

An entry that repeats what another entry of the day says contributes as well; a harmless second entry does not. Pure.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from alerts.rules.days import merged
from alerts.rules.findings import signs_in
from alerts.rules.history import Entry, Event, History
from alerts.rules.screening import danger_signs

BEFORE: Final = timedelta(days=14)
AFTER: Final = timedelta(days=3)
"""What the danger rules look at around a day: new signs are new against a fortnight, a fall reaches three days on."""
MOST_PAIRS: Final = 8
"""Other entries of a day that one is laid beside one by one. Where there are more, which hardly anyone writes, it is
not asked which of them make a sign: each carries all signs of the day.
"""


class Noted(NamedTuple):
    """A danger rule's sign, on the day that it was noted."""

    rule: str
    sign: str
    day: date


def signs_noted(history: History, *, on: Collection[date]) -> set[Noted]:
    """The danger signs on these days, and on the days after them that an event on one of them reaches."""
    found = danger_signs(history, on=on)
    return {Noted(finding.rule, sign, finding.met_on) for finding in found for sign in signs_in(finding)}


class Around:
    """A history by date, so that a row is judged with the few days around it, whatever the size of a batch."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._entries: dict[date, list[Entry]] = {}
        self._events: dict[date, list[Event]] = {}
        self._merged: dict[date, tuple[Entry, ...]] = {}
        self._signs: dict[date, set[Noted]] = {}
        for entry in history.entries:
            self._entries.setdefault(entry.date, []).append(entry)
        for event in history.events:
            self._events.setdefault(event.date, []).append(event)

    def contributed_by_entry(self, entry: Entry) -> set[Noted]:
        """The signs of its day to which an entry of the history contributes."""
        if len(self._entries[entry.date]) > MOST_PAIRS + 1:
            return self._signs_of_day(entry.date)
        others = [one for one in self._entries.get(entry.date, ()) if str(one.id) != str(entry.id)]
        around = self._around(entry.date)
        found: set[Noted] = set()
        met = _noted(around, [*others, entry], entry.date)
        if not met:
            return met
        for beside in _alternatives(others):
            found |= _noted(around, [*beside, entry], entry.date) - _noted(around, beside, entry.date)
            if found >= met:
                break
        return found

    def contributed_by_event(self, event: Event) -> set[Noted]:
        """The signs, on its day and the days that it reaches, to which an event of the history contributes."""
        around = self._around(event.date, AFTER)
        others = tuple(one for one in around.events if str(one.id) != str(event.id))
        around = replace(around, entries=(*around.entries, *self._on(event.date)))
        found: set[Noted] = set()
        for beside in (others, ()):
            with_it, without = replace(around, events=(*beside, event)), replace(around, events=beside)
            reached = [event.date + timedelta(days=after) for after in range(AFTER.days + 1)]
            found |= signs_noted(with_it, on=[event.date]) - signs_noted(without, on=reached)
        return found

    def _signs_of_day(self, day: date) -> set[Noted]:
        if day not in self._signs:
            self._signs[day] = _noted(self._around(day), self._on(day), day)
        return self._signs[day]

    def _around(self, day: date, after: timedelta = timedelta(0)) -> History:
        """Everything near the day but the entries of the day itself."""
        near = [day + timedelta(days=apart) for apart in range(-BEFORE.days, AFTER.days + 1)]
        return replace(
            self._history,
            entries=tuple(one for each in near if each != day and each <= day + after for one in self._on(each)),
            events=tuple(event for each in near for event in self._events.get(each, ())),
            treatments=(),
        )

    def _on(self, day: date) -> tuple[Entry, ...]:
        """What the day says as one entry, so that a day that says a lot costs no more than another."""
        if day not in self._merged:
            self._merged[day] = _as_one(self._entries.get(day, ()))
        return self._merged[day]


def _as_one(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    if len(entries) < 2:
        return tuple(entries)
    answers = merged(entries)
    said = {name: getattr(answers, name) for name in answers.__struct_fields__}
    return (Entry(id=entries[0].id, date=entries[0].date, recorded_at=entries[0].recorded_at, **said),)


def contributed_by_profile(history: History, fields: Collection[str], *, on: Collection[date]) -> set[Noted]:
    """The signs on these days that are not met while the profile leaves these fields unanswered."""
    unanswered: Mapping[str, None] = dict.fromkeys(fields)
    without = replace(history, profile=replace(history.profile, **unanswered))
    return signs_noted(history, on=on) - signs_noted(without, on=on)


def _alternatives(others: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """All the others, none of them, and each alone: no sign is made of more than two entries of a day."""
    yield others
    yield ()
    for other in others:
        yield (other,)


def _noted(around: History, of_the_day: Sequence[Entry], day: date) -> set[Noted]:
    return signs_noted(replace(around, entries=(*around.entries, *of_the_day)), on=[day])
