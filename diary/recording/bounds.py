"""How much one diary may hold and take in: bounds far beyond anything honest, so that one diary cannot slow the others.

What goes beyond them is refused and its danger signs are answered, as of everything refused. What is stored already may
always be sent again, and deleting always works. Plain values; `diary.recording.changes` reads and keeps the counts,
under the lock of the diary's row.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop as _

from diary.format.fields import Entry, Event, Resource, ResourceType
from diary.format.sentences import Sentence
from diary.problem_types import ProblemType
from diary.problems import Problem
from diary.recording.decision import Bound, Change, Status
from diary.recording.rows import Stored
from diary.statements import Later, ask, fetch_all

Dated = tuple[ResourceType, date]

ROWS: Final = 50_000
"""Rows of a diary, tombstones included: three entries a day for 40 years are 44,000."""
ROWS_OF_A_DATE: Final = 2_000
"""Living entries about one date, and likewise events: more than one a minute, day and night. It bounds what a write
reads of the days around it.
"""
WRITES_A_DAY: Final = 60_000
"""Rows created or changed in a diary on a day (UTC): a whole diary brought in at once, and 10,000 edits."""

_SAYS: Final[Mapping[Status, str]] = {
    "diary_full": Sentence(
        _("This diary is full: it holds {rows} records. Stored records can still be edited and deleted."), rows=ROWS
    ),
    "date_full": Sentence(
        _("This date already has {rows} records of this type, the maximum. Edit or delete one."), rows=ROWS_OF_A_DATE
    ),
    "day_full": Sentence(
        _("{rows} records were written to this diary today. Send the rest tomorrow (UTC)."), rows=WRITES_A_DAY
    ),
}
_TYPES: Final[Mapping[Status, ProblemType]] = {
    "diary_full": ProblemType.DIARY_FULL,
    "date_full": ProblemType.DATE_FULL,
    "day_full": ProblemType.DAILY_LIMIT,
}
_COUNT_ROWS: Final = """
    SELECT (SELECT count(*) FROM diary_entry WHERE patient_id = %(patient)s)
         + (SELECT count(*) FROM diary_treatment WHERE patient_id = %(patient)s)
         + (SELECT count(*) FROM diary_event WHERE patient_id = %(patient)s)
"""
_COUNT_BY_DATE: Final = """
    SELECT 'entry', date, count(*) FROM diary_entry
    WHERE patient_id = %(patient)s AND NOT deleted AND date = ANY(%(entries)s::date[]) GROUP BY date
    UNION ALL
    SELECT 'event', date, count(*) FROM diary_event
    WHERE patient_id = %(patient)s AND NOT deleted AND date = ANY(%(events)s::date[]) GROUP BY date
"""


@dataclass(slots=True)
class Room:
    """What a diary holds, and took in today; `by_date` counts the living rows of the dates in question."""

    rows: int
    writes: int
    by_date: Counter[Dated]

    def bound(self, change: Change, current: Stored | None) -> Bound | None:
        """The bound that a put of new content meets, given what is stored under its id."""
        if self.writes >= WRITES_A_DAY:
            return "day_full"
        if current is None and self.rows >= ROWS:
            return "diary_full"
        dated = _dated(change.type, change.content)
        if dated and dated != _standing(change, current) and self.by_date[dated] >= ROWS_OF_A_DATE:
            return "date_full"
        return None

    @property
    def is_full(self) -> bool:
        """Whether no further row fits, not even the tombstone of a row that never was."""
        return self.rows >= ROWS

    def take(self, change: Change, current: Stored | None, status: Status) -> None:
        """Count a change that is written. Deleting draws nothing from the day."""
        self.rows += current is None
        self.writes += status != "deleted"
        before, after = _standing(change, current), _dated(change.type, change.content)
        if before:
            self.by_date[before] -= 1
        if after:
            self.by_date[after] += 1


def no_room(bound: Status, *, now: datetime) -> Problem:
    """The answer to what goes beyond a bound; with Retry-After where waiting helps."""
    tomorrow = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    wait = (tomorrow - now).total_seconds() if bound == "day_full" else None
    return Problem(_TYPES[bound], _SAYS[bound], retry_after=wait)


def rows_of(patient_id: UUID) -> int:
    """All rows of a diary that has not been counted yet."""
    return int(fetch_all(_COUNT_ROWS, {"patient": patient_id})[0][0])


def living_by_date(patient_id: UUID, changes: Iterable[Change]) -> Later[Counter[Dated]]:
    """How many living rows there are of each date that something is to be put on."""
    asked = {dated for change in changes if (dated := _dated(change.type, change.content))}
    if not asked:
        return Counter
    days = {kind: [day for asked_kind, day in asked if asked_kind == kind] for kind in ("entry", "event")}
    rows = ask(_COUNT_BY_DATE, {"patient": patient_id, "entries": days["entry"], "events": days["event"]})
    return lambda: Counter({(kind, day): count for kind, day, count in rows()})


def _standing(change: Change, current: Stored | None) -> Dated | None:
    return None if current is None else _dated(change.type, current.content)


def _dated(kind: ResourceType, content: Resource | None) -> Dated | None:
    return (kind, content.date) if isinstance(content, Entry | Event) else None
