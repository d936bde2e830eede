"""Many stored diaries, read together and decoded into the shapes that the rules look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any, Final
from uuid import UUID

import msgspec

from alerts.histories.ranges import streamed
from alerts.rules.history import Entry, Event, History, Profile, Treatment
from diary.statements import fetch_all

TOGETHER: Final = 200
"""Diaries whose treatments and events are looked up at a time."""


class _Entry(Entry, frozen=True, kw_only=True, array_like=True):
    """An entry's columns in the order of the statement."""

    id: str


_PROFILE: Final = [field.name for field in fields(Profile)]
_NEVER_NULL: Final = {name: f"coalesce({name}, '{{}}')" for name in ("symptoms", "treatments_taken")}
_ENTRY: Final = ", ".join(_NEVER_NULL.get(name, name) for name in _Entry.__struct_fields__)
_TREATMENT: Final = ", ".join(f"'{field.name}', {field.name}" for field in fields(Treatment))
_EVENT: Final = ", ".join(f"'{field.name}', {field.name}" for field in fields(Event))
ENTRIES_BY_PATIENT: Final = f"""
    SELECT patient_id, json_agg(json_build_array({_ENTRY}) ORDER BY date)::text
    FROM diary_entry WHERE patient_id = ANY(%(patients)s) AND NOT deleted GROUP BY patient_id ORDER BY patient_id
"""  # noqa: S608 words of ours
# In order of the date, so that the database sorts. Grouped by a hash instead, whole diaries would pile up in memory.


def _of(table: str, row: str) -> str:
    """The living rows of each patient as one JSON text, found for all patients at once."""
    return f"""
        (SELECT patient_id AS id, json_agg({row})::text AS living FROM {table}
         WHERE patient_id = ANY(%(patients)s) AND NOT deleted GROUP BY patient_id)
    """  # noqa: S608 names of ours


_THE_REST: Final = f"""
    SELECT id, treatments.living, events.living, {", ".join(_PROFILE)} FROM diary_patient
    LEFT JOIN {_of("diary_treatment", f"json_build_object({_TREATMENT})")} AS treatments USING (id)
    LEFT JOIN {_of("diary_event", f"json_build_object({_EVENT})")} AS events USING (id)
    WHERE id = ANY(%(patients)s)
"""  # noqa: S608 names of ours
_ENTRIES: Final = msgspec.json.Decoder(tuple[_Entry, ...])
_TREATMENTS: Final = msgspec.json.Decoder(tuple[Treatment, ...])
_EVENTS: Final = msgspec.json.Decoder(tuple[Event, ...])


def stored_histories(patients: Sequence[UUID]) -> Iterator[tuple[UUID, History]]:
    """These diaries, of patients in order and each once, in a transaction that sees one moment.

    The entries of all are read in one statement. Raises KeyError when a patient is not there.
    """
    rows = _Ahead(streamed(ENTRIES_BY_PATIENT, {"patients": list(patients)}))
    for first in range(0, len(patients), TOGETHER):
        some = list(patients[first : first + TOGETHER])
        rest = {row[0]: row[1:] for row in fetch_all(_THE_REST, {"patients": some})}
        for patient in some:
            yield patient, _history(rows.taken_for(patient), *rest[patient])


class _Ahead:
    """Rows of a patient each, in order, of which the next is taken only for its patient."""

    def __init__(self, rows: Iterator[tuple[UUID, str]]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def taken_for(self, patient: UUID) -> str | None:
        if self._next is None or self._next[0] != patient:
            return None
        (_, entries), self._next = self._next, next(self._rows, None)
        return entries


def _history(entries: str | None, treatments: str | None, events: str | None, *profile: Any) -> History:
    return History(
        profile=Profile(**dict(zip(_PROFILE, profile, strict=True))),
        entries=_ENTRIES.decode(entries) if entries else (),
        treatments=_TREATMENTS.decode(treatments) if treatments else (),
        events=_EVENTS.decode(events) if events else (),
    )
