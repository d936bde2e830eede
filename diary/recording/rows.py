"""Entries, treatments and events as rows: read and written many at a time, in one statement a type.

Hand-written SQL, since every entry of every phone goes through here. What it names follows from the fields of the types
(`diary.format.fields`) and from the tables (`diary.models`), whose columns are called the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import connection

from diary import models
from diary.format.fields import Entry, Event, Resource, ResourceType, Symptoms, Treatment
from diary.models.recorded import Recorded
from diary.sealing import readable, sealed
from diary.statements import Later, ask, execute, fetch_all


@dataclass(frozen=True, slots=True)
class Stored:
    """A resource as it is in the diary; a tombstone has no content.

    `clock_skew_seconds` is how far the phone's clock was ahead of ours, when that was beyond all doubt; `screened`,
    whether the newest screening has seen the row; `remembered`, which changes made it (`diary.recording.remembered`).
    `unreadable_note` is the ciphertext of a note that no known key opens: it stays until another note takes its place.
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
    unreadable_note: bytes | None = None

    @property
    def deleted(self) -> bool:
        """Whether only a tombstone is left."""
        return self.content is None


@dataclass(frozen=True)
class Table:
    """One type's table: its columns are the fields of `shape` and those that are kept `beside`, as `model` has them."""

    shape: type[Resource]
    model: type[Recorded]
    beside: Sequence[str] = ()

    @cached_property
    def fields(self) -> Sequence[str]:
        """What somebody recorded, in the order of the shape."""
        return [name for name in self.shape.__struct_fields__ if name != "id"]

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """The content columns with their SQL types."""
        names = [*self.fields, *self.beside]
        return {name: str(self.model._meta.get_field(name).db_type(connection)) for name in names}

    @cached_property
    def _stored_otherwise(self) -> Sequence[tuple[int, Callable[[Any], Any]]]:
        return [(place, _READS[name]) for place, name in enumerate(self.fields) if name in _READS]

    def content(self, id_: UUID, columns: Sequence[Any]) -> Resource:
        """What somebody recorded, from the row's columns."""
        values = list(columns[: len(self.fields)])
        for place, read in self._stored_otherwise:
            if values[place] is not None:
                values[place] = read(values[place])
        if "recorded_offset" in self.beside:
            offset = timezone(timedelta(minutes=self.kept_beside(columns, "recorded_offset")))
            place = self.fields.index("recorded_at")
            values[place] = values[place].astimezone(offset)
        return self.shape(id_, *values)

    def kept_beside(self, columns: Sequence[Any], name: str) -> Any:
        """The value of a column that is no field; None where the table has no such column."""
        return columns[len(self.fields) + self.beside.index(name)] if name in self.beside else None

    def unreadable_note(self, columns: Sequence[Any], content: Resource | None) -> bytes | None:
        """The ciphertext of a note that was not opened; None where there is none."""
        if content is None or getattr(content, "note", "") is not None:
            return None
        kept = columns[self.fields.index("note")]
        return None if kept is None else bytes(kept)

    @cached_property
    def select(self) -> str:
        """Selects whole rows; a condition on `patient_id` must follow."""
        screened = "revision <= (SELECT screened_revision FROM diary_patient WHERE id = %(patient)s)"
        common = ["id", "version", "revision", "deleted", "received_at", "recorded_by_id", screened, "remembered"]
        names = ", ".join([*common, *self.columns])
        return f"SELECT {names} FROM {self.model._meta.db_table} WHERE patient_id = %(patient)s"  # noqa: S608 ours

    @cached_property
    def upsert(self) -> str:
        """Writes every row of `rows`, a JSON list; the conflict target holds the patient, so no other's row is met."""
        common = {"id": "uuid", "version": "integer", "revision": "bigint", "deleted": "boolean"}
        given = {**common, "remembered": "bigint[]", **self.columns}
        changed = [name for name in [*given, "received_at", "recorded_by_id"] if name != "id"]
        return f"""
            INSERT INTO {self.model._meta.db_table} (patient_id, received_at, recorded_by_id, {", ".join(given)})
            SELECT %(patient)s, %(now)s, %(actor)s, {", ".join(given)}
            FROM jsonb_to_recordset(%(rows)s::jsonb) AS given ({", ".join(f"{name} {kind}" for name, kind in given.items())})
            ON CONFLICT (patient_id, id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in changed)}
        """  # noqa: S608, E501 names of ours


def read(*, patient_id: UUID, keys: Iterable[tuple[ResourceType, UUID]]) -> dict[tuple[ResourceType, UUID], Stored]:
    """The rows that stand under `keys`, tombstones included, in one statement a type."""
    return asked(patient_id=patient_id, keys=keys)()


def asked(
    *, patient_id: UUID, keys: Iterable[tuple[ResourceType, UUID]]
) -> Later[dict[tuple[ResourceType, UUID], Stored]]:
    """The same, once the trip to the database is over."""
    ids: dict[ResourceType, list[UUID]] = {}
    for kind, id_ in keys:
        ids.setdefault(kind, []).append(id_)
    found = {
        kind: ask(f"{TABLES[kind].select} AND id = ANY(%(ids)s)", {"patient": patient_id, "ids": wanted})
        for kind, wanted in ids.items()
    }

    def read() -> dict[tuple[ResourceType, UUID], Stored]:
        stored = (_stored(kind, row) for kind, rows in found.items() for row in rows())
        return {(row.type, row.id): row for row in stored}

    return read


def select(kind: ResourceType, condition: str, parameters: Mapping[str, Any]) -> list[Stored]:
    """The rows of a type that fulfil `condition` (SQL that begins with AND or an order), of one patient."""
    table = TABLES[kind]
    return [_stored(kind, row) for row in fetch_all(f"{table.select} {condition}", parameters)]


def taken_back(condition: str, parameters: Mapping[str, Any]) -> list[Stored]:
    """What went with an import that was taken back, as a phone that has it hears of it: as deletions.

    An import makes first versions only, and no later one is taken back.
    """
    found = fetch_all(f"{_TAKEN_BACK} {condition}", parameters)
    return [Stored(kind, id_, 1, revision, _NEVER, None, None) for kind, id_, revision in found]


def write(*, patient_id: UUID, rows: Iterable[Stored], actor_id: UUID, now: datetime) -> None:
    """Put `rows` in place of what is stored under their ids, in one statement a type."""
    given: dict[ResourceType, list[dict[str, Any]]] = {}
    for row in rows:
        given.setdefault(row.type, []).append(_columns(row))
    for kind, columns in given.items():
        encoded = msgspec.json.encode(columns).decode()
        execute(TABLES[kind].upsert, {"patient": patient_id, "actor": actor_id, "now": now, "rows": encoded})


def _stored(kind: ResourceType, row: Sequence[Any]) -> Stored:
    id_, version, revision, deleted, received_at, recorded_by, screened, remembered, *columns = row
    table = TABLES[kind]
    content = None if deleted else table.content(id_, columns)
    skew = table.kept_beside(columns, "clock_skew_seconds")
    return Stored(
        *(kind, id_, version, revision, received_at, recorded_by, content),
        clock_skew_seconds=skew,
        screened=screened,
        remembered=remembered or (),
        unreadable_note=table.unreadable_note(columns, content),
    )


def _columns(row: Stored) -> dict[str, Any]:
    columns = {} if row.content is None else _content_columns(row.content)
    columns |= {"id": row.id, "version": row.version, "revision": row.revision, "deleted": row.deleted}
    columns["remembered"] = row.remembered or None
    if row.unreadable_note is not None:
        columns["note"] = row.unreadable_note.decode("ascii")
    if row.clock_skew_seconds is not None:
        columns["clock_skew_seconds"] = row.clock_skew_seconds
    return columns


def _content_columns(content: Resource) -> dict[str, Any]:
    columns = msgspec.structs.asdict(content)
    if columns.get("note") is not None:
        columns["note"] = sealed(columns["note"])
    if isinstance(content, Entry):
        offset = content.recorded_at.utcoffset() or timedelta()
        columns["recorded_offset"] = offset // timedelta(minutes=1)
    return columns


_TAKEN_BACK: Final = "SELECT type, id, revision FROM diary_takenback WHERE patient_id = %(patient)s"
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
"""When they were received is not told of them."""
_READS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "symptoms": msgspec.json.Decoder(Symptoms).decode,
    "treatments_taken": msgspec.json.Decoder(dict[UUID, bool]).decode,
    "weight_kg": float,
    "note": readable,
}
"""How the fields are read that are stored otherwise than they are shown."""
TABLES: Final[dict[ResourceType, Table]] = {
    "entry": Table(Entry, models.Entry, beside=["recorded_offset", "clock_skew_seconds"]),
    "treatment": Table(Treatment, models.Treatment),
    "event": Table(Event, models.Event),
}
