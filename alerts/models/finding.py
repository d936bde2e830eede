"""One finding of a rule in a diary, kept with its evidence, whether or not anyone was notified."""

from django.db import models
from django.db.models import Q

from alerts.models.alert import A_TIER, TIERS, Alert


class Finding(models.Model):
    """What the rules found: `met_on` is the first day it held, `found_on` the patient's date when we could know.

    `evidence` holds `days`, `counts` and `trials` as the rule gave them. A finding that no longer holds, because the
    diary was changed, stays as withdrawn.
    """

    patient = models.ForeignKey("diary.Patient", on_delete=models.CASCADE, related_name="+", db_index=False)
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="findings")
    rule = models.TextField()
    rule_version = models.PositiveSmallIntegerField()
    tier = models.TextField(choices=TIERS)
    met_on = models.DateField()
    found_on = models.DateField()
    evidence = models.JSONField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="finding_once", fields=["patient", "rule", "met_on"], condition=Q(withdrawn_at__isnull=True)
            ),
            models.CheckConstraint(name="finding_tier", condition=A_TIER),
        ]
        indexes = [models.Index(name="finding_of_patient", fields=["patient", "rule", "met_on"])]

    def __str__(self) -> str:
        return str(self.pk)
