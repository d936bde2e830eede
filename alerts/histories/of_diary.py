"""A patient's history, the rules' only input, from the database or from a diary document."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

import msgspec

from alerts.histories.columns import EVENT, TREATMENT, entry_json, history_of
from alerts.rules.history import NOTHING_ANSWERED, Entry, Event, History, Profile, Treatment
from diary.format import fields as content
from diary.format.document import Document
from diary.models import Patient
from diary.statements import fetch_all

_LIVING: Final = "WHERE patient_id = %(patient)s AND NOT deleted"
_IN_THE_PERIOD: Final = f"{_LIVING} AND date BETWEEN %(first)s AND %(last)s"
DIARY: Final = f"""
    (SELECT json_agg({entry_json()})::text FROM diary_entry {_IN_THE_PERIOD}),
    (SELECT json_agg({TREATMENT})::text FROM diary_treatment {_LIVING} AND %(treatments)s),
    (SELECT json_agg({EVENT})::text FROM diary_event {_IN_THE_PERIOD})
"""  # noqa: S608 names of ours
"""Entries, treatments and events of a `patient` in the period from `first` to `last`, as `history_of` takes them."""
_PROFILE: Final = [field.name for field in fields(Profile)]
_OTHERWISE_IN_A_DOCUMENT: Final = {"sites", "symptoms", "treatments_taken"}
_AS_IN_A_DOCUMENT: Final = [name for name in Entry.__struct_fields__ if name not in _OTHERWISE_IN_A_DOCUMENT]


@dataclass(frozen=True, slots=True)
class Period:
    """Dates from the first to the last, both included."""

    first: date = date.min
    last: date = date.max


ALWAYS: Final = Period()


def in_the(period: Period) -> Mapping[str, object]:
    """The period as `DIARY` asks for it; treatments only with the whole diary."""
    return {"first": period.first, "last": period.last, "treatments": period == ALWAYS}


def history_of_patient(patient: Patient, *, period: Period = ALWAYS) -> History:
    """What is in the diary about the period, all of one moment; treatments only with the whole diary."""
    entries, treatments, events = fetch_all(f"SELECT {DIARY}", {"patient": patient.pk, **in_the(period)})[0]
    profile = [getattr(patient, name) for name in _PROFILE]
    return history_of(profile=profile, entries=entries, treatments=treatments, events=events)


def history_of_document(document: Document) -> History:
    """The whole diary that a document holds. Notes and qualities are not the rules' business."""
    return History(
        profile=Profile(**{name: getattr(document.patient, name) for name in _PROFILE}),
        entries=tuple(entry_of_document(entry) for entry in document.entries),
        treatments=tuple(_treatment_of_document(record) for record in document.treatments),
        events=tuple(event_of_document(event) for event in document.events),
    )


def entry_of_document(entry: content.Entry) -> Entry:
    """As the rules look at it."""
    taken = entry.treatments_taken
    return Entry(
        **{name: getattr(entry, name) for name in _AS_IN_A_DOCUMENT},
        sites=None if entry.sites is None else tuple(entry.sites),
        symptoms=NOTHING_ANSWERED if entry.symptoms is None else msgspec.to_builtins(entry.symptoms),
        treatments_taken={str(treatment): answer for treatment, answer in taken.items()} if taken else NOTHING_ANSWERED,
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


def event_of_document(event: content.Event) -> Event:
    return Event(
        id=str(event.id),
        kind=event.kind,
        date=event.date,
        trauma=event.trauma,
        site=event.site,
        about_this_pain=event.about_this_pain,
    )
