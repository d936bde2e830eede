"""An unsubscription: one person wants no more mail of one tier about one diary."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from alerts.rules.tiers import Tier

CAN_WAIT: Final = [tier.value for tier in Tier if not tier.is_pressing]
"""The tiers whose mails may be stopped."""


class Unsubscription(models.Model):
    """It silences no one else, no other tier, no other diary, no channel but email, and nothing that is pressing."""

    patient = models.ForeignKey("diary.Patient", on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    tier = models.TextField(choices=[(tier, tier) for tier in CAN_WAIT])
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="unsubscription_once", fields=["patient", "user", "tier"]),
            models.CheckConstraint(name="unsubscription_of_what_can_wait", condition=Q(tier__in=CAN_WAIT)),
        ]

    def __str__(self) -> str:
        return str(self.pk)
