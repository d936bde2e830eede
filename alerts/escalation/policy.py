"""The escalation policy of a diary: its owner's alone to read and change. It rules alerts that open from now on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext_noop as _

from alerts.escalation.plan import CAREGIVERS, DEFAULT, REMINDED_AFTER, Policy, lasts
from alerts.models import EscalationPolicy
from alerts.rules.tiers import Tier
from alerts.steps import ME
from diary.access.log import Line, note
from diary.format.strict_json import FieldError, Invalid
from diary.locks import hold_diary
from diary.models import Caregiver
from diary.problem_types import ProblemType
from diary.problems import STALE_VERSION, Problem, not_found
from diary.versions import Expected

_TOLD: Final = (Tier.EMERGENCY, Tier.URGENT, Tier.SEE_DOCTOR)


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """The policy as it is; the default one until the owner chose."""

    policy: Policy
    version: int

    def presented(self) -> dict[str, Any]:
        """As it is read back."""
        return {**msgspec.structs.asdict(self.policy), "version": self.version}


def stored_policy(*, patient_id: UUID) -> StoredPolicy:
    """The policy of a diary."""
    row = EscalationPolicy.objects.filter(pk=patient_id).first()
    return StoredPolicy(DEFAULT, 1) if row is None else StoredPolicy(msgspec.convert(row.tiers, Policy), row.version)


@transaction.atomic
def change_policy(
    *, patient_id: UUID, actor_id: UUID, given: Policy, expected: Expected, now: datetime
) -> tuple[StoredPolicy, bool]:
    """Take over the whole policy; gives it, and whether it changed, which the access log then says.

    The same again changes nothing, whatever version is expected.

    Raises Invalid for one that does not fit the circle, Problem 412 with the current one for a stale version, 404 for a
    diary that is gone.
    """
    if hold_diary(patient_id) is None:
        raise not_found()
    current = stored_policy(patient_id=patient_id)
    if given == current.policy:
        return current, False
    _require_fitting(given, patient_id)
    if expected not in (None, "*", current.version):
        raise Problem(
            ProblemType.VERSION_MISMATCH,
            STALE_VERSION,
            headers={"ETag": f'"{current.version}"'},
            members={"current": current.presented()},
        )
    row, _ = EscalationPolicy.objects.update_or_create(
        patient_id=patient_id, defaults={"tiers": msgspec.to_builtins(given), "version": current.version + 1}
    )
    note(Line("written", "escalation"), patient_id=patient_id, actor_id=actor_id, at=now)
    return StoredPolicy(given, row.version), True


def _require_fitting(given: Policy, patient_id: UUID) -> None:
    known = {ME, CAREGIVERS, *map(str, Caregiver.objects.filter(patient_id=patient_id).values_list("pk", flat=True))}
    groups = given.see_doctor.groups
    errors = [
        FieldError(f"/see_doctor/groups/{group}/who/{place}", "invalid_value", _("must be someone in the care circle"))
        for group, each in enumerate(groups)
        for place, name in enumerate(each.who)
        if name not in known
    ]
    if not any(ME in group.who for group in groups):
        errors.append(
            FieldError("/see_doctor/groups", "invalid_value", _("must include the patient in at least one group"))
        )
    for tier in _TOLD:
        if lasts(given.order(tier)) >= REMINDED_AFTER:
            says = _("must be over within two weeks, when everyone is reminded")
            errors.append(FieldError(f"/{tier.value}/rounds", "invalid_value", says))
    if errors:
        raise Invalid(errors)
