"""Caregivers hear once that nothing comes, if the patient wished it: owed when a silence is as long as they chose.

It is no alarm and says so. Everyone in the circle hears of it, whatever their level: the patient chose the days, and
nothing that was noted is in the message.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from alerts.delivery.recipients import recipients_of
from alerts.models import Courtesy
from diary.models import Caregiver, Patient
from diary.reaching.quiet_times import quiet_times
from diary.reaching.silence import is_silent, silence_of, take_due_silences

AT_ONCE: Final = 100
"""Diaries taken in one transaction."""
WORTH: Final = timedelta(days=2)


@transaction.atomic
def owe_silences(*, now: datetime) -> int:
    """Owe it to the caregivers of the first diaries that are due; gives how many diaries were looked at."""
    taken = take_due_silences(now=now, most=AT_ONCE)
    for patient in taken.silent:
        _owe(patient, now)
    return taken.looked_at


def still_silent(courtesy: Courtesy, *, now: datetime) -> bool:
    """Whether nothing came since, and its recipient still has access to the diary."""
    patient = courtesy.patient
    if patient is None or courtesy.occasion != silence_of(patient) or not is_silent(patient, now=now):
        return False
    return Caregiver.objects.filter(patient=patient, user_id=courtesy.user_id, state="accepted").exists()


def _owe(patient: Patient, now: datetime) -> None:
    users = [one.user_id for one in recipients_of(patient.pk) if one.caregiver_id]
    quiet = quiet_times(user_ids=users)
    due = {user: quiet[user].released_at(now) if user in quiet else now for user in users}
    owed = [
        Courtesy(
            user_id=user,
            patient=patient,
            kind="silence",
            occasion=silence_of(patient),
            created_at=now,
            due_at=due[user],
            until=due[user] + WORTH,
        )
        for user in users
    ]
    Courtesy.objects.bulk_create(owed, ignore_conflicts=True)
