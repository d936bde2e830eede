"""A patient's history, the rules' only input, from the database or from a diary document."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, tzinfo
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import connection

from alerts.rules.history import NOTHING_ANSWERED, Entry, Event, History, Profile, Treatment
from diary.format import fields as content
from diary.format.document import Document
from diary.format.time_zones import time_zone
from diary.models import Patient

_PROFILE: Final = tuple(field.name for field in fields(Profile))
_TRUTHS: Final = msgspec.json.Decoder(dict[str, bool])
_ENTRIES: Final = """
    SELECT id, date, recorded_at, worst_pain, night_pain, rest_pain, movement_pain, woke_from_sleep, worse_lying_down,
           worse_on_deep_breath, worse_on_straining, sites, symptoms, treatments_taken, weight_kg
    FROM diary_entry WHERE patient_id = %s AND NOT deleted AND date BETWEEN %s AND %s
"""
_TREATMENTS: Final = """
    SELECT id, kind, name, started_on, stopped_on, daily_dose, dose_unit, recalled_score_before
    FROM diary_treatment WHERE patient_id = %s AND NOT deleted
"""
_EVENTS: Final = """
    SELECT id, kind, date, trauma, site, about_this_pain
    FROM diary_event WHERE patient_id = %s AND NOT deleted AND date BETWEEN %s AND %s
"""


@dataclass(frozen=True, slots=True)
class Period:
    """Dates from the first to the last, both included."""

    first: date = date.min
    last: date = date.max


ALWAYS: Final = Period()


def history_of_patient(patient: Patient, *, period: Period = ALWAYS) -> History:
    """What stands in the diary about the period, in one statement a table; treatments only with the whole diary.

    The caller holds the patient's row lock where the three tables must be of one moment.
    """
    dated = [patient.pk, period.first, period.last]
    return History(
        profile=Profile(**{name: getattr(patient, name) for name in _PROFILE}),
        entries=tuple(_entry(row) for row in _rows(_ENTRIES, dated)),
        treatments=tuple(_treatment(row) for row in _rows(_TREATMENTS, [patient.pk])) if period == ALWAYS else (),
        events=tuple(_event(row) for row in _rows(_EVENTS, dated)),
    )


def history_of_document(document: Document) -> History:
    """The whole diary that a document holds. Notes and qualities are not the rules' business."""
    return History(
        profile=Profile(**{name: getattr(document.patient, name) for name in _PROFILE}),
        entries=tuple(_entry_of_document(entry) for entry in document.entries),
        treatments=tuple(_treatment_of_document(record) for record in document.treatments),
        events=tuple(_event_of_document(event) for event in document.events),
    )


def local_date(patient: Patient, *, now: datetime) -> date:
    """The patient's calendar date."""
    return now.astimezone(local_zone(patient)).date()


def local_zone(patient: Patient) -> tzinfo:
    """The zone of the profile, else the one they last wrote from, else UTC."""
    return time_zone(local_zone_name(patient))


def local_zone_name(patient: Patient) -> str:
    """Its name, as someone wrote it."""
    return patient.time_zone or _zone_last_written_from(patient.pk) or "UTC"


def _zone_last_written_from(patient_id: UUID) -> str | None:
    newest = (
        "SELECT time_zone FROM diary_entry WHERE patient_id = %s AND NOT deleted ORDER BY date DESC, id DESC LIMIT 1"
    )
    rows = _rows(newest, [patient_id])
    return rows[0][0] if rows else None


def _rows(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _entry(row: tuple[Any, ...]) -> Entry:
    (id_, day, recorded_at, worst, night, rest, movement, woke, lying, breath, straining, sites, signs, taken, kg) = row
    return Entry(
        id=id_,
        date=day,
        recorded_at=recorded_at,
        worst_pain=worst,
        night_pain=night,
        rest_pain=rest,
        movement_pain=movement,
        woke_from_sleep=woke,
        worse_lying_down=lying,
        worse_on_deep_breath=breath,
        worse_on_straining=straining,
        sites=None if sites is None else tuple(sites),
        symptoms=_truths(signs),
        treatments_taken=_truths(taken),
        weight_kg=None if kg is None else float(kg),
    )


def _treatment(row: tuple[Any, ...]) -> Treatment:
    id_, kind, name, started_on, stopped_on, dose, unit, recalled = row
    return Treatment(
        id=str(id_),
        kind=kind,
        name=name,
        started_on=started_on,
        stopped_on=stopped_on,
        daily_dose=dose,
        dose_unit=unit,
        recalled_score_before=recalled,
    )


def _event(row: tuple[Any, ...]) -> Event:
    id_, kind, day, trauma, site, about_this_pain = row
    return Event(id=str(id_), kind=kind, date=day, trauma=trauma, site=site, about_this_pain=about_this_pain)


def _truths(stored: str | None) -> Mapping[str, bool]:
    return NOTHING_ANSWERED if stored is None else _TRUTHS.decode(stored)


def _entry_of_document(entry: content.Entry) -> Entry:
    taken = entry.treatments_taken
    return Entry(
        id=entry.id,
        date=entry.date,
        recorded_at=entry.recorded_at,
        worst_pain=entry.worst_pain,
        night_pain=entry.night_pain,
        rest_pain=entry.rest_pain,
        movement_pain=entry.movement_pain,
        woke_from_sleep=entry.woke_from_sleep,
        worse_lying_down=entry.worse_lying_down,
        worse_on_deep_breath=entry.worse_on_deep_breath,
        worse_on_straining=entry.worse_on_straining,
        sites=None if entry.sites is None else tuple(entry.sites),
        symptoms=NOTHING_ANSWERED if entry.symptoms is None else msgspec.to_builtins(entry.symptoms),
        treatments_taken={str(treatment): answer for treatment, answer in taken.items()} if taken else NOTHING_ANSWERED,
        weight_kg=entry.weight_kg,
    )


def _treatment_of_document(record: content.Treatment) -> Treatment:
    return Treatment(
        id=str(record.id),
        kind=record.kind,
        name=record.name,
        started_on=record.started_on,
        stopped_on=record.stopped_on,
        daily_dose=record.daily_dose,
        dose_unit=record.dose_unit,
        recalled_score_before=record.recalled_score_before,
    )


def _event_of_document(event: content.Event) -> Event:
    return Event(
        id=str(event.id),
        kind=event.kind,
        date=event.date,
        trauma=event.trauma,
        site=event.site,
        about_this_pain=event.about_this_pain,
    )
