"""Pausing a diary by the link in a silence notice: for a caregiver who may write it, and perhaps grieves."""

from datetime import datetime, timedelta
from typing import Final, Literal

from alerts.models import Courtesy
from diary.access.levels import require
from diary.access.log import Line
from diary.format.fields import FOR_GOOD, Profile
from diary.models import Caregiver, Patient
from diary.problems import not_found
from diary.reaching.local_time import local_date
from diary.recording.profile import change_profile

HowLong = Literal["a_month", "for_good"]
A_MONTH: Final = timedelta(days=30)


def may_pause(silence: Courtesy) -> bool:
    """Whether its recipient may pause the diary that it is about."""
    places = Caregiver.objects.filter(patient=silence.patient, user_id=silence.user_id, state="accepted")
    return places.filter(level="log").exists()


def pause_by_link(*, silence: Courtesy, how_long: HowLong, now: datetime) -> None:
    """Pause the diary, as its recipient could in the app. Raises Problem 404 for who may not (any more)."""
    patient = patient_of(silence)
    access = require(actor_id=silence.user_id, patient=patient.pk, level="log")
    until = FOR_GOOD if how_long == "for_good" else local_date(user_id=patient.user_id, now=now) + A_MONTH
    change_profile(
        patient_id=access.patient_id,
        actor_id=access.actor_id,
        given=Profile(paused_until=until),
        fields={"paused_until"},
        expected=None,
        line=Line("written", "profile"),
        now=now,
    )


def patient_of(silence: Courtesy) -> Patient:
    """Whose silence it is, for who still has access to the diary. Raises Problem 404."""
    if silence.patient_id is None:
        raise not_found()
    require(actor_id=silence.user_id, patient=silence.patient_id, level="alerts")
    return Patient.objects.select_related("user").get(pk=silence.patient_id)
