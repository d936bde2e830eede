"""A diary as this device shows it, and what is in its store only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, overload

from symptom_diary_client.content import Kind, ShownEntry, ShownEvent, ShownTreatment, date_of
from symptom_diary_client.hearing import Conflict, Refused, as_refused, both_sides
from symptom_diary_client.queue.kept import all_conflicts, all_refused, all_waiting, read_meta
from symptom_diary_client.queue.shown import all_shown, shown
from symptom_diary_client.store.store import Store


@dataclass(frozen=True)
class Status:
    """How much is in the store only."""

    waiting: int
    refused: int
    conflicts: int
    synced_at: str | None
    """The last time that everything was up and down."""


class Reading:
    """The part of a diary that only reads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @overload
    def get(self, kind: Literal["entry"], id: str) -> ShownEntry | None: ...
    @overload
    def get(self, kind: Literal["treatment"], id: str) -> ShownTreatment | None: ...
    @overload
    def get(self, kind: Literal["event"], id: str) -> ShownEvent | None: ...
    def get(self, kind: Kind, id: str) -> Any:
        """As this device shows it: what was written here last, else what the service has."""
        with self._store.transaction() as rows:
            return shown(rows, kind, id.lower())

    @overload
    def list(self, kind: Literal["entry"], *, since: str = ..., until: str = ...) -> Sequence[ShownEntry]: ...
    @overload
    def list(self, kind: Literal["treatment"], *, since: str = ..., until: str = ...) -> Sequence[ShownTreatment]: ...
    @overload
    def list(self, kind: Literal["event"], *, since: str = ..., until: str = ...) -> Sequence[ShownEvent]: ...
    def list(self, kind: Kind, *, since: str = "", until: str = "~") -> Sequence[Any]:
        """All of one kind, both dates included, by date and then id. Treatments are listed whatever the dates."""
        with self._store.transaction() as rows:
            everything = all_shown(rows, kind)
        within = [one for one in everything if kind == "treatment" or since <= date_of(one) <= until]
        return sorted(within, key=lambda one: (date_of(one), one["id"]))

    def conflicts(self) -> Sequence[Conflict]:
        """Those that wait for a decision."""
        with self._store.transaction() as rows:
            return [both_sides(rows, one) for one in all_conflicts(rows)]

    def refused(self) -> Sequence[Refused]:
        """What the service didn't take."""
        with self._store.transaction() as rows:
            return [as_refused(one) for one in all_refused(rows)]

    def status(self) -> Status:
        """How much is in the store only."""
        with self._store.transaction() as rows:
            return Status(
                waiting=len(all_waiting(rows)),
                refused=len(all_refused(rows)),
                conflicts=len(all_conflicts(rows)),
                synced_at=read_meta(rows).synced_at,
            )
