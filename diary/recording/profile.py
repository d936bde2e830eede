"""Who a diary is about, as far as the rules and the messages need it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from msgspec.structs import asdict

from diary.access.log import Line, note
from diary.format.fields import Profile
from diary.locks import hold_diary
from diary.models.patient import Patient
from diary.problem_types import ProblemType
from diary.problems import STALE_VERSION, Problem, not_found
from diary.reaching.silence import plan_silence
from diary.reaching.travel import clock_changed
from diary.screening_port import Raised, screening
from diary.versions import Expected

FIELDS = Profile.__struct_fields__


@dataclass(frozen=True, slots=True)
class Changed:
    """The profile as it is read back, and the danger signs that the given fields make of what was noted.

    `written` says whether anything is different now.
    """

    profile: dict[str, Any]
    raised: list[Raised]
    written: bool


def read_profile(*, patient_id: UUID) -> dict[str, Any]:
    """The profile as it is read back: the patient's id, every field, the version. Raises Problem 404."""
    patient = Patient.objects.filter(id=patient_id).first()
    if patient is None:
        raise not_found()
    return _presented(patient)


@transaction.atomic
def change_profile(
    *,
    patient_id: UUID,
    actor_id: UUID,
    given: Profile,
    fields: set[str],
    expected: Expected,
    line: Line,
    now: datetime,
) -> Changed:
    """Take the `fields` of `given` into the profile; the others stay. A change is in the access log as `line`.

    A change counts as a write of the diary, since the rules look at the profile: a danger sign that it makes is raised
    in the same transaction. Nothing new changes nothing, whatever version is expected. Raises Problem 412 with what
    is stored for a stale version, 404 for a diary that is gone.
    """
    patient = hold_diary(patient_id)
    if patient is None:
        raise not_found()
    wanted = {name: value for name, value in asdict(given).items() if name in fields}
    written = any(getattr(patient, name) != value for name, value in wanted.items())
    if written:
        changed = {name for name, value in wanted.items() if getattr(patient, name) != value}
        if expected not in (None, "*", patient.profile_version):
            raise Problem(ProblemType.VERSION_MISMATCH, STALE_VERSION, members={"current": _presented(patient)})
        _write(patient, wanted, now)
        if changed & {"time_zone", "paused_until"}:
            clock_changed(user_id=patient.user_id, now=now)
        if changed & {"silence_notice_days", "paused_until"}:
            plan_silence(patient_id=patient_id, now=now)
        note(line, patient_id=patient_id, actor_id=actor_id, at=now)
    raised = screening().danger_signs_of_profile(patient_id=patient_id, reader_id=actor_id, fields=fields, now=now)
    return Changed(_presented(patient), raised, written)


def _write(patient: Patient, wanted: Mapping[str, Any], now: datetime) -> None:
    for name, value in wanted.items():
        setattr(patient, name, value)
    patient.profile_version += 1
    patient.revision += 1
    patient.unscreened_since = patient.unscreened_since or now
    patient.save(update_fields=[*wanted, "profile_version", "revision", "unscreened_since"])
    transaction.on_commit(screening().nudge)


def _presented(patient: Patient) -> dict[str, Any]:
    return {
        "id": patient.id,
        **{name: getattr(patient, name) for name in FIELDS},
        "version": patient.profile_version,
    }
