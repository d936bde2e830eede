"""What someone said to the processing of their health data: consented, or withdrew it; when, and to which text."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class HealthConsent(models.Model):
    """One line; the newest one counts. A line is never changed (a trigger refuses it) and goes with the account."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="health_consents")
    given = models.BooleanField()
    version = models.CharField(max_length=20)
    """Of the text, in `diary.identity.health_consent`."""
    age_at_least = models.PositiveSmallIntegerField(null=True)
    """How old they said to be at least; null in a withdrawal."""
    region = models.TextField(null=True)  # noqa: DJ001 - null is "did not say", as in a profile
    """The country whose minimum age was asked for."""
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(given=True, age_at_least__gte=1, age_at_least__lte=120)
                | Q(given=False, age_at_least=None, region=None),
                name="health_consent_whole",
            ),
            models.CheckConstraint(
                condition=Q(region=None) | Q(region__regex="^[A-Z]{2}$"), name="health_consent_region"
            ),
        ]
        indexes = [models.Index(name="health_consent_newest", fields=["user", "-at"])]

    def __str__(self) -> str:
        return str(self.pk)
