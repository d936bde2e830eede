"""An unsubscription: one person wants no more mail of one tier about one diary."""

from django.conf import settings
from django.db import models

from alerts.models.alert import A_TIER, TIERS


class Unsubscription(models.Model):
    """It silences nobody else, no other tier, no other diary, and no channel but e-mail."""

    patient = models.ForeignKey("diary.Patient", on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    tier = models.TextField(choices=TIERS)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="unsubscription_once", fields=["patient", "user", "tier"]),
            models.CheckConstraint(name="unsubscription_tier", condition=A_TIER),
        ]

    def __str__(self) -> str:
        return str(self.pk)
