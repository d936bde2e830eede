"""Many stored diaries at once, read in one statement and decoded into the shapes that the rules look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Final
from uuid import UUID

import msgspec

from alerts.rules.history import Entry, Event, History, Profile, Treatment
from diary.statements import fetch_all


class _Entry(Entry, frozen=True, kw_only=True, array_like=True):
    """An entry's columns in the order of the statement."""

    id: str


_PROFILE: Final = [field.name for field in fields(Profile)]
_NEVER_NULL: Final = {name: f"coalesce({name}, '{{}}')" for name in ("symptoms", "treatments_taken")}
_ENTRY: Final = ", ".join(_NEVER_NULL.get(name, name) for name in _Entry.__struct_fields__)
_TREATMENT: Final = ", ".join(f"'{field.name}', {field.name}" for field in fields(Treatment))
_EVENT: Final = ", ".join(f"'{field.name}', {field.name}" for field in fields(Event))


def _of(table: str, row: str) -> str:
    """The living rows of each patient as one JSON text, found for all patients at once."""
    return f"""
        (SELECT patient_id AS id, json_agg({row})::text AS living FROM {table}
         WHERE patient_id = ANY(%(patients)s) AND NOT deleted GROUP BY patient_id)
    """  # noqa: S608 names of ours


_DIARIES: Final = f"""
    SELECT id, entries.living, treatments.living, events.living, {", ".join(_PROFILE)} FROM diary_patient
    LEFT JOIN {_of("diary_entry", f"json_build_array({_ENTRY})")} AS entries USING (id)
    LEFT JOIN {_of("diary_treatment", f"json_build_object({_TREATMENT})")} AS treatments USING (id)
    LEFT JOIN {_of("diary_event", f"json_build_object({_EVENT})")} AS events USING (id)
    WHERE id = ANY(%(patients)s)
"""  # noqa: S608 names of ours
_ENTRIES: Final = msgspec.json.Decoder(tuple[_Entry, ...])
_TREATMENTS: Final = msgspec.json.Decoder(tuple[Treatment, ...])
_EVENTS: Final = msgspec.json.Decoder(tuple[Event, ...])


def stored_histories(patients: Sequence[UUID]) -> Iterator[tuple[UUID, History]]:
    """These diaries as they stand at one moment, in the order asked for; those erased meanwhile are left out."""
    found = {row[0]: row for row in fetch_all(_DIARIES, {"patients": list(patients)})}
    for patient in patients:
        if patient in found:
            _, entries, treatments, events, *profile = found.pop(patient)
            yield (
                patient,
                History(
                    profile=Profile(**dict(zip(_PROFILE, profile, strict=True))),
                    entries=_ENTRIES.decode(entries) if entries else (),
                    treatments=_TREATMENTS.decode(treatments) if treatments else (),
                    events=_EVENTS.decode(events) if events else (),
                ),
            )
