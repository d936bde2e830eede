"""Many stored diaries, read together and decoded into the shapes that the rules look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from alerts.histories.columns import EVENT, PROFILE, TREATMENT, entry_json, history_of
from alerts.histories.ranges import streamed
from alerts.rules.history import History
from diary.statements import fetch_all

TOGETHER: Final = 200
"""Diaries whose treatments and events are looked up at a time."""


ENTRIES_BY_PATIENT: Final = f"""
    SELECT patient_id, json_agg({entry_json()} ORDER BY date)::text
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
    SELECT id, treatments.living, events.living, {PROFILE} FROM diary_patient
    LEFT JOIN {_of("diary_treatment", TREATMENT)} AS treatments USING (id)
    LEFT JOIN {_of("diary_event", EVENT)} AS events USING (id)
    WHERE id = ANY(%(patients)s)
"""  # noqa: S608 names of ours


def stored_histories(patients: Sequence[UUID]) -> Iterator[tuple[UUID, History]]:
    """These diaries, of patients in order and each once, in a transaction that sees one moment.

    The entries of all are read in one statement. Raises KeyError when a patient is not there.
    """
    rows = _Ahead(streamed(ENTRIES_BY_PATIENT, {"patients": list(patients)}))
    for first in range(0, len(patients), TOGETHER):
        some = list(patients[first : first + TOGETHER])
        rest = {row[0]: row[1:] for row in fetch_all(_THE_REST, {"patients": some})}
        for patient in some:
            treatments, events, *profile = rest[patient]
            entries = rows.taken_for(patient)
            yield patient, history_of(profile=profile, entries=entries, treatments=treatments, events=events)


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
