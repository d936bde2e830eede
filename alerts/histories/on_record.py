"""What earlier versions of the rules found in a diary, and what therefore stays."""

from uuid import UUID

from alerts.models import Finding
from alerts.rules.earlier import VERSION_1, Recorded


def on_record(*, patient_id: UUID) -> list[Recorded]:
    """The findings of earlier versions that were not withdrawn."""
    kept = Finding.objects.filter(patient_id=patient_id, withdrawn_at=None, rule__in=VERSION_1, rule_version=1)
    return [Recorded(*row) for row in kept.values_list("rule", "rule_version", "met_on")]
