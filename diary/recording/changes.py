"""Storing what people record, idempotently: a single write is a batch of one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import transaction

from diary.access.log import Line, noted_beside
from diary.format.fields import Entry, Event, Resource
from diary.locks import Counts, hold_counts
from diary.measures import WRITES
from diary.problems import not_found
from diary.reaching.reminders import answer_reminders
from diary.reaching.travel import heard_from
from diary.recording import rows
from diary.recording.batch import Batch, Key, Outcome
from diary.recording.bounds import Dated, Room, living_by_date, rows_of
from diary.recording.decision import Change
from diary.recording.rows import Stored
from diary.screening_port import Raised, WrittenRow, screening
from diary.statements import Later, execute, in_few_trips, last_trip, one_trip
from diary.versions import WRITTEN

_COUNT: Final = """
    UPDATE diary_patient SET revision = %(revision)s, unscreened_since = coalesce(unscreened_since, %(now)s),
        row_count = %(rows)s, written_on = %(today)s, written_count = %(writes)s,
        last_entry_at = CASE WHEN %(came)s THEN %(now)s ELSE last_entry_at END,
        silence_due_at = CASE
            WHEN %(came)s AND silence_due_at IS NULL THEN %(now)s + make_interval(days => silence_notice_days)
            ELSE silence_due_at
        END
    WHERE id = %(patient)s
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """All outcomes in the order of the changes, and the diary's revision before and after."""

    outcomes: list[Outcome]
    revision_before: int
    revision: int

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return self.revision > self.revision_before


def record_changes(
    *,
    patient_id: UUID,
    actor_id: UUID,
    changes: Sequence[Change],
    now: datetime,
    line: Line | None = None,
    imported: bool = False,
    from_a_queue: bool = False,
) -> Recorded:
    """Do `changes` in their order, all in one transaction and with a constant number of statements.

    1. Lock the diary, so that its writes come one after another. 2. Read what is stored, how much room there is, and
    the days around. 3. Decide each change. 4. Write what changed, each row under the diary's next number, and note
    `line` in its access log. 5. Keep what the person's own writing says: where they are, and that they write. 6. Look
    for danger signs, if there may be any. 7. After the commit, say that there is something to screen. The database is
    asked in two trips: for 1 and 2, and for 4 with the commit. What 5 and 6 do comes between, for the few that need it.

    A change that is refused (see `Status`) changes nothing and does not hold back the others. Danger signs that are
    `imported` are kept and sent to no one. Changes `from_a_queue` that come again are recognised
    (`diary.recording.remembered`). Raises Problem 404 when the diary was erased meanwhile.
    """
    with in_few_trips():
        with one_trip():
            held = hold_counts(patient_id)
            stored = rows.asked(patient_id=patient_id, keys={(change.type, change.id) for change in changes})
            by_date = living_by_date(patient_id, changes)
            is_dangerous = screening().around(patient_id=patient_id, dates=_days_of(changes))
        counts, standing = held(), stored()
        if counts is None:
            raise not_found()
        room = _room(patient_id, counts, by_date(), now)
        batch = Batch(standing, counts.revision, room, from_a_queue=from_a_queue, actor_id=actor_id, now=now)
        outcomes = [batch.do(change) for change in changes]
        own = actor_id == counts.user_id and not imported
        heard = _heard(counts, batch, standing) if own else _NOTHING
        may_raise = is_dangerous(_dated(outcomes))
        signs: Later[Mapping[Key, list[Raised]]] = dict
        with one_trip() if may_raise or heard != _NOTHING else last_trip():
            if batch.written:
                rows.write(patient_id=patient_id, rows=batch.written.values(), actor_id=actor_id, now=now)
                _count(patient_id, actor_id, batch, line, now, came=not imported and _has_entry(batch))
            if may_raise:
                signs = _danger_signs(patient_id, actor_id, changes, outcomes, standing, now, imported)
        _keep(heard, counts.user_id, now)
        raised = signs()
        if batch.written:
            transaction.on_commit(screening().nudge)
        transaction.on_commit(partial(_counted, batch))
        outcomes = [_with(raised, change, outcome) for change, outcome in zip(changes, outcomes, strict=True)]
    return Recorded(outcomes, counts.revision, batch.revision)


def _room(patient_id: UUID, counts: Counts, by_date: Counter[Dated], now: datetime) -> Room:
    return Room(
        rows=rows_of(patient_id) if counts.rows is None else counts.rows,
        writes=counts.written if counts.written_on == _today(now) else 0,
        by_date=by_date,
    )


def _count(patient_id: UUID, actor_id: UUID, batch: Batch, line: Line | None, now: datetime, *, came: bool) -> None:
    counts: dict[str, Any] = {
        "revision": batch.revision,
        "rows": batch.room.rows,
        "writes": batch.room.writes,
        "today": _today(now),
        "came": came,
    }
    statement, parameters = _COUNT, {"patient": patient_id, "now": now, **counts}
    if line is not None:
        noted, of_the_line = noted_beside(line, patient_id=patient_id, actor_id=actor_id, at=now)
        statement, parameters = f"WITH {noted} {statement}", parameters | of_the_line
    execute(statement, parameters)


def _today(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _counted(batch: Batch) -> None:
    for type_, _ in batch.written:
        WRITES.labels(type_).inc()


class _Heard(NamedTuple):
    """What the person's own writing says beside: the zone they are in, where it is news, and that they write."""

    zone: str | None = None
    answers: bool = False


_NOTHING: Final = _Heard()


def _heard(counts: Counts, batch: Batch, before: Mapping[Key, Stored]) -> _Heard:
    zone = _zone_told(batch, before)
    return _Heard(zone if zone != counts.zone else None, counts.reminded and _has_entry(batch))


def _keep(heard: _Heard, user_id: UUID, now: datetime) -> None:
    if heard.zone is not None:
        heard_from(user_id=user_id, zone=heard.zone, now=now)
    if heard.answers:
        answer_reminders(user_id=user_id, now=now)


def _has_entry(batch: Batch) -> bool:
    return any(isinstance(row.content, Entry) for row in batch.written.values())


def _zone_told(batch: Batch, before: Mapping[Key, Stored]) -> str | None:
    """Where the person is, by the entry recorded last; an old one that is edited still says where they were then."""
    told = [
        row.content
        for key, row in batch.written.items()
        if isinstance(row.content, Entry) and row.content.time_zone != _zone(before.get(key))
    ]
    return max(told, key=lambda entry: entry.recorded_at).time_zone if told else None


def _zone(row: Stored | None) -> str | None:
    return row.content.time_zone if row and isinstance(row.content, Entry) else None


def _danger_signs(
    patient_id: UUID,
    actor_id: UUID,
    changes: Sequence[Change],
    outcomes: Sequence[Outcome],
    before: dict[Key, Stored],
    now: datetime,
    imported: bool,
) -> Later[Mapping[Key, list[Raised]]]:
    carried = [(change, outcome) for change, outcome in zip(changes, outcomes, strict=True) if _is_carried(outcome)]
    dates: dict[Key, frozenset[date]] = {}
    changed = {(change.type, change.id) for change, outcome in carried if outcome.status in WRITTEN}
    for change, outcome in carried:
        key = (change.type, change.id)
        old = before[key].content if key in before else None
        new = outcome.stored.content if outcome.stored else None
        dates[key] = dates.get(key, frozenset()) | _dates(old) | _dates(new)
    written = [WrittenRow(kind, id_, days, (kind, id_) in changed) for (kind, id_), days in dates.items()]
    if not written:
        return dict
    port = screening()
    return port.danger_signs(patient_id=patient_id, reader_id=actor_id, written=written, now=now, imported=imported)


def _with(raised: Mapping[Key, list[Raised]], change: Change, outcome: Outcome) -> Outcome:
    return replace(outcome, raised=raised.get((change.type, change.id), [])) if _is_carried(outcome) else outcome


def _is_carried(outcome: Outcome) -> bool:
    return outcome.status in WRITTEN or outcome.status == "unchanged"


def _days_of(changes: Sequence[Change]) -> frozenset[date]:
    return frozenset().union(*(_dates(change.content) for change in changes))


def _dated(outcomes: Sequence[Outcome]) -> list[Entry | Event]:
    """The rows with a date that there are when all is done."""
    left = {(row.type, row.id): row for outcome in outcomes if _is_carried(outcome) and (row := outcome.stored)}
    return [row.content for row in left.values() if isinstance(row.content, Entry | Event)]


def _dates(content: Resource | None) -> frozenset[date]:
    return frozenset({content.date}) if isinstance(content, Entry | Event) else frozenset()
