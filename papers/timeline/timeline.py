"""The timeline of a diary: a span of days as runs, bars and marks. Pure, and the same for page, mail and paper.

Days are counted from 0, the first of the span. What was not answered is in no run: gaps stay gaps.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Final, Literal, TypeVar

from msgspec import Struct

from alerts.rules.days import night_rest_score
from alerts.rules.history import Answers, Treatment
from alerts.rules.normal_form import normal_form
from papers.reading import Reading

MarkKind = Literal["alert", "visit", "imaging", "event"]
KINDS: Final[Mapping[str, MarkKind]] = {"doctor_visit": "visit", "imaging": "imaging"}
"""Of events; all others are accidents."""
MILD, MODERATE, SEVERE = 1, 2, 3
"""Scores of 0-3, 4-6 and 7-10 (numeric rating scale)."""
NO_SCORE: Final = 0
"""A night that was answered, without a score."""
Value = TypeVar("Value")


class Run(Struct, frozen=True):
    """Successive days, both included, that say the same: how bad the night was, or that pain woke the person."""

    first: int
    last: int
    shade: int


class Part(Struct, frozen=True):
    """A treatment from its first to its last day of the span; whether it began before, and goes on after."""

    first: int
    last: int
    began_before: bool
    goes_on: bool


class Bar(Struct, frozen=True):
    """What was taken or done: the records of one treatment, each a part; `treatment` is the latest."""

    treatment: Treatment
    parts: Sequence[Part]


class Mark(Struct, frozen=True):
    """Something on one day."""

    day: int
    kind: MarkKind


class Timeline(Struct, frozen=True):
    """A span of a diary, to be drawn. `pain` are runs of successive days with the worst pain of each (0-10)."""

    first: date
    last: date
    pain: Sequence[Sequence[tuple[int, int]]]
    nights: Sequence[Run]
    woken: Sequence[Run]
    bars: Sequence[Bar]
    marks: Sequence[Mark]

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1


def timeline_of(reading: Reading) -> Timeline:
    """The timeline of what was read."""
    first = reading.numbers.start
    answers = [(day - first, reading.case.on(day)) for day in reading.answered]
    return Timeline(
        first=reading.first,
        last=reading.last,
        pain=[[(day, pain) for day, pain in run] for run in _successive(_given(answers, _worst_pain))],
        nights=list(_runs(_given(answers, _shade))),
        woken=list(_runs([(day, SEVERE) for day, said in answers if said.woke_from_sleep])),
        bars=_bars(reading),
        marks=sorted(_marks(reading), key=lambda mark: (mark.day, mark.kind)),
    )


def _given(
    answers: Iterable[tuple[int, Answers]], question: Callable[[Answers], Value | None]
) -> list[tuple[int, Value]]:
    asked = ((day, question(said)) for day, said in answers)
    return [(day, answer) for day, answer in asked if answer is not None]


def _worst_pain(said: Answers) -> int | None:
    return said.worst_pain


def _shade(said: Answers) -> int | None:
    score = night_rest_score(said)
    if score is None:
        return None if said.woke_from_sleep is None else NO_SCORE
    return MILD if score < 4 else MODERATE if score < 7 else SEVERE


def _successive(given: Iterable[tuple[int, Value]]) -> Iterator[list[tuple[int, Value]]]:
    """Cut wherever a day is missing."""
    for _, run in groupby(enumerate(given), lambda one: one[1][0] - one[0]):
        yield [pair for _, pair in run]


def _runs(given: Iterable[tuple[int, int]]) -> Iterator[Run]:
    for successive in _successive(given):
        for shade, same in groupby(successive, lambda pair: pair[1]):
            days = [day for day, _ in same]
            yield Run(days[0], days[-1], shade)


def _bars(reading: Reading) -> list[Bar]:
    """Those of the span, the latest begun first."""
    records = sorted(reading.case.history.treatments, key=lambda one: (one.kind, normal_form(one.name), one.started_on))
    bars = []
    for _, same in groupby(records, lambda one: (one.kind, normal_form(one.name))):
        shown = [(record, part) for record in same if (part := _part(record, reading))]
        if shown:
            bars.append(Bar(shown[-1][0], [part for _, part in shown]))
    return sorted(bars, key=lambda bar: (bar.treatment.started_on, bar.treatment.id), reverse=True)


def _part(record: Treatment, reading: Reading) -> Part | None:
    ends = record.stopped_on or date.max
    if record.started_on > reading.last or ends < reading.first or ends < record.started_on:
        return None
    return Part(
        first=(max(record.started_on, reading.first) - reading.first).days,
        last=(min(ends, reading.last) - reading.first).days,
        began_before=record.started_on < reading.first,
        goes_on=ends > reading.last,
    )


def _marks(reading: Reading) -> Iterator[Mark]:
    for event in reading.events:
        if event.date >= reading.first:
            yield Mark((event.date - reading.first).days, KINDS.get(event.kind, "event"))
    for day in {alert.met_on for alert in reading.alerts if alert.met_on >= reading.first}:
        yield Mark((day - reading.first).days, "alert")
