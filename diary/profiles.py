"""Who a diary is about, as far as the rules and the messages need it."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from msgspec.structs import asdict

from diary.content import Profile
from diary.deciding import Expected
from diary.models.patient import Patient
from diary.problems import Problem, not_found
from diary.screening_port import screening

FIELDS = Profile.__struct_fields__


def read_profile(*, patient_id: UUID) -> dict[str, Any]:
    """The profile as it is read back: the patient's id, every field, the version. Raises Problem 404."""
    patient = Patient.objects.filter(id=patient_id).first()
    if patient is None:
        raise not_found()
    return _presented(patient)


def change_profile(
    *, patient_id: UUID, given: Profile, fields: set[str], expected: Expected, now: datetime
) -> dict[str, Any]:
    """Take the `fields` of `given` into the profile; the others stay. Gives it as read back.

    A change counts as a write of the diary, since the rules look at the profile. Nothing new changes nothing, whatever
    version is expected. Raises Problem 412 with what stands for a stale version, 404 for a diary that is gone.
    """
    with transaction.atomic():
        patient = Patient.objects.select_for_update().filter(id=patient_id).first()
        if patient is None:
            raise not_found()
        wanted = {name: value for name, value in asdict(given).items() if name in fields}
        if all(getattr(patient, name) == value for name, value in wanted.items()):
            return _presented(patient)
        if expected not in (None, "*", patient.profile_version):
            raise Problem(
                412, "The version in If-Match is not the current one.", members={"current": _presented(patient)}
            )
        for name, value in wanted.items():
            setattr(patient, name, value)
        patient.profile_version += 1
        patient.revision += 1
        patient.unscreened_since = patient.unscreened_since or now
        patient.save(update_fields=[*wanted, "profile_version", "revision", "unscreened_since"])
        transaction.on_commit(partial(screening().nudge, patient_id=patient_id))
    return _presented(patient)


def _presented(patient: Patient) -> dict[str, Any]:
    return {
        "id": patient.id,
        **{name: getattr(patient, name) for name in FIELDS},
        "version": patient.profile_version,
    }
