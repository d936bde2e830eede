"""Silence: nothing came for as many days as the patient chose, and their caregivers are to hear of it, once.

A silence begins with the newest entry, and anew with each. The instant at which it is noticed is stored, so that the
work grows with the silences; an entry does not move it, and whoever takes it looks at the newest entry then.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple
from uuid import UUID

from diary.format.fields import FOR_GOOD
from diary.locks import claim_diaries
from diary.models import Patient
from diary.reaching.local_time import zone_of
from diary.reaching.pause import is_paused


def noticed_at(patient: Patient, *, now: datetime) -> datetime | None:
    """When a silence that begins now is noticed, or when a pause ends; None where no one is ever to hear of it."""
    if patient.silence_notice_days is None or patient.paused_until == FOR_GOOD:
        return None
    zone, since = zone_of(user_id=patient.user_id), now
    if patient.paused_until is not None and is_paused(patient, now=now):
        since = datetime(*patient.paused_until.timetuple()[:3], tzinfo=zone)
    return _days_after(since, patient.silence_notice_days, zone)


class Taken(NamedTuple):
    """How many diaries were `looked_at`, and those that are `silent`."""

    looked_at: int
    silent: list[Patient]


def take_due_silences(*, now: datetime, most: int) -> Taken:
    """Up to `most` diaries, held, that seemed silent, and those of them that are; the others are put off.

    Their caregivers are told by the caller, in the same transaction. Nothing more is due in them until an entry comes.
    """
    due = claim_diaries(Patient.objects.filter(silence_due_at__lte=now).order_by("silence_due_at"), most)
    silent = []
    for patient in due:
        patient.silence_due_at = _put_off(patient, now)
        if patient.silence_due_at is None and is_silent(patient, now=now):
            silent.append(patient)
    Patient.objects.bulk_update(due, ["silence_due_at"])
    return Taken(len(due), silent)


def is_silent(patient: Patient, *, now: datetime) -> bool:
    """Whether caregivers are to hear that nothing came, if none did since."""
    return patient.silence_notice_days is not None and not is_paused(patient, now=now)


def _put_off(patient: Patient, now: datetime) -> datetime | None:
    """Until when it is put off: something came since, or there is a pause. None when it is time, or never will be."""
    if is_paused(patient, now=now):
        return noticed_at(patient, now=now)
    newest, days = patient.last_entry_at, patient.silence_notice_days
    if newest is None or days is None:
        return None
    then = _days_after(newest, days, zone_of(user_id=patient.user_id))
    return then if then > now else None


def _days_after(since: datetime, days: int, zone: tzinfo) -> datetime:
    """The same time of the wall clock so many days later."""
    wall = since.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def silence_of(patient: Patient) -> str:
    """What tells this silence of the diary from all others."""
    newest = patient.last_entry_at
    return f"{patient.pk} {newest.isoformat() if newest else 'never'}"


def plan_silence(*, patient_id: UUID, now: datetime) -> None:
    """The profile says something else about silences or pauses now. The caller holds the diary."""
    patient = Patient.objects.get(pk=patient_id)
    Patient.objects.filter(pk=patient_id).update(silence_due_at=noticed_at(patient, now=now))
