"""Entries, treatments and events as rows: read and written many at a time, in one statement a type.

Hand-written SQL, since every entry of every phone goes through here; the tables themselves are `diary.models`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final
from uuid import UUID

import msgspec

from diary.format.fields import Entry, Event, Resource, ResourceType, Symptoms, Treatment
from diary.sealing import opened, sealed
from diary.statements import fetch_all


@dataclass(frozen=True, slots=True)
class Stored:
    """A resource as it stands in the diary; a tombstone has no content.

    `clock_skew_seconds` is how far the phone's clock was ahead of ours, when that was beyond all doubt; `screened`,
    whether the newest screening has seen the row; `remembered`, which changes made it (`diary.recording.remembered`).
    """

    type: ResourceType
    id: UUID
    version: int
    revision: int
    received_at: datetime
    recorded_by: UUID | None
    content: Resource | None
    clock_skew_seconds: int | None = None
    screened: bool = False
    remembered: Sequence[int] = ()

    @property
    def deleted(self) -> bool:
        """Whether only a tombstone is left."""
        return self.content is None


@dataclass(frozen=True, slots=True)
class Table:
    """One type's table: its content columns with their SQL types, and the way there and back."""

    name: str
    columns: Mapping[str, str]
    to_columns: Callable[[Any], dict[str, Any]]
    from_columns: Callable[[UUID, Sequence[Any]], Resource]

    @property
    def select(self) -> str:
        """Selects whole rows; a condition on `patient_id` must follow."""
        screened = "revision <= (SELECT screened_revision FROM diary_patient WHERE id = %(patient)s)"
        common = ["id", "version", "revision", "deleted", "received_at", "recorded_by_id", screened, "remembered"]
        return f"SELECT {', '.join([*common, *self.columns])} FROM {self.name} WHERE patient_id = %(patient)s"  # noqa: S608 names of ours

    @property
    def upsert(self) -> str:
        """Writes every row of `rows`, a JSON list; the conflict target holds the patient, so no other's row is met."""
        common = {"id": "uuid", "version": "integer", "revision": "bigint", "deleted": "boolean"}
        given = {**common, "remembered": "bigint[]", **self.columns}
        changed = [name for name in [*given, "received_at", "recorded_by_id"] if name != "id"]
        return f"""
            INSERT INTO {self.name} (patient_id, received_at, recorded_by_id, {", ".join(given)})
            SELECT %(patient)s, %(now)s, %(actor)s, {", ".join(given)}
            FROM jsonb_to_recordset(%(rows)s::jsonb) AS given ({", ".join(f"{name} {kind}" for name, kind in given.items())})
            ON CONFLICT (patient_id, id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in changed)}
        """  # noqa: S608, E501 names of ours


def read(*, patient_id: UUID, keys: Iterable[tuple[ResourceType, UUID]]) -> dict[tuple[ResourceType, UUID], Stored]:
    """The rows that stand under `keys`, tombstones included, in one statement a type."""
    ids: dict[ResourceType, list[UUID]] = {}
    for kind, id_ in keys:
        ids.setdefault(kind, []).append(id_)
    return {
        (kind, row.id): row
        for kind, wanted in ids.items()
        for row in select(kind, "AND id = ANY(%(ids)s)", {"patient": patient_id, "ids": wanted})
    }


def select(kind: ResourceType, condition: str, parameters: Mapping[str, Any]) -> list[Stored]:
    """The rows of a type that fulfil `condition` (SQL that begins with AND or an order), of one patient."""
    table = TABLES[kind]
    return [_stored(kind, row) for row in fetch_all(f"{table.select} {condition}", parameters)]


def write(*, patient_id: UUID, rows: Iterable[Stored], actor_id: UUID, now: datetime) -> None:
    """Put `rows` in place of what stands under their ids, in one statement a type."""
    given: dict[ResourceType, list[dict[str, Any]]] = {}
    for row in rows:
        given.setdefault(row.type, []).append(_columns(row))
    for kind, columns in given.items():
        encoded = msgspec.json.encode(columns).decode()
        fetch_all(_UPSERTS[kind], {"patient": patient_id, "actor": actor_id, "now": now, "rows": encoded})


def _stored(kind: ResourceType, row: Sequence[Any]) -> Stored:
    id_, version, revision, deleted, received_at, recorded_by, screened, remembered, *columns = row
    content = None if deleted else TABLES[kind].from_columns(id_, columns)
    skew = columns[_SKEW] if kind == "entry" else None
    return Stored(kind, id_, version, revision, received_at, recorded_by, content, skew, screened, remembered or ())


def _columns(row: Stored) -> dict[str, Any]:
    columns = {} if row.content is None else TABLES[row.type].to_columns(row.content)
    columns |= {"id": row.id, "version": row.version, "revision": row.revision, "deleted": row.deleted}
    columns["remembered"] = row.remembered or None
    if row.clock_skew_seconds is not None:
        columns["clock_skew_seconds"] = row.clock_skew_seconds
    return columns


def _entry_columns(entry: Entry) -> dict[str, Any]:
    columns = _with_sealed_note(entry)
    offset = entry.recorded_at.utcoffset() or timedelta()
    columns["recorded_offset"] = offset // timedelta(minutes=1)
    return columns


def _entry(id_: UUID, columns: Sequence[Any]) -> Entry:
    day, recorded_at, offset, _, zone, *plain, symptoms, taken, weight, note = columns
    values: list[Any] = [
        id_,
        day,
        recorded_at.astimezone(timezone(timedelta(minutes=offset))),
        zone,
        *plain,
        None if symptoms is None else msgspec.json.decode(symptoms, type=Symptoms),
        None if taken is None else msgspec.json.decode(taken, type=dict[UUID, bool]),
        None if weight is None else float(weight),
        None if note is None else opened(note),
    ]
    return Entry(*values)


def _event(id_: UUID, columns: Sequence[Any]) -> Event:
    *plain, note = columns
    values: list[Any] = [id_, *plain, None if note is None else opened(note)]
    return Event(*values)


def _with_sealed_note(content: Entry | Event) -> dict[str, Any]:
    columns = msgspec.structs.asdict(content)
    if content.note is not None:
        columns["note"] = sealed(content.note)
    return columns


_SKEW: Final = 3
TABLES: Final[dict[ResourceType, Table]] = {
    "entry": Table(
        "diary_entry",
        {
            "date": "date",
            "recorded_at": "timestamptz",
            "recorded_offset": "smallint",
            "clock_skew_seconds": "bigint",
            "time_zone": "text",
            "worst_pain": "smallint",
            "night_pain": "smallint",
            "rest_pain": "smallint",
            "movement_pain": "smallint",
            "woke_from_sleep": "boolean",
            "worse_lying_down": "boolean",
            "worse_on_deep_breath": "boolean",
            "worse_on_straining": "boolean",
            "sites": "text[]",
            "qualities": "text[]",
            "symptoms": "jsonb",
            "treatments_taken": "jsonb",
            "weight_kg": "numeric",
            "note": "bytea",
        },
        _entry_columns,
        _entry,
    ),
    "treatment": Table(
        "diary_treatment",
        {
            "kind": "text",
            "name": "text",
            "started_on": "date",
            "daily_dose": "double precision",
            "dose_unit": "text",
            "stopped_on": "date",
            "recalled_score_before": "smallint",
        },
        msgspec.structs.asdict,
        lambda id_, columns: Treatment(id_, *columns),
    ),
    "event": Table(
        "diary_event",
        {
            "kind": "text",
            "date": "date",
            "trauma": "text",
            "site": "text",
            "about_this_pain": "boolean",
            "assessed_pain": "smallint",
            "note": "bytea",
        },
        _with_sealed_note,
        _event,
    ),
}
_UPSERTS: Final = {kind: table.upsert for kind, table in TABLES.items()}
