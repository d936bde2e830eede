"""When someone was last reminded that they stopped logging, and how often since they last logged."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

MOST: Final = 3
"""So often in a row without an entry in between; more would be nagging."""


class LoggingNudge(models.Model):
    """Written before it is sent: one that is lost on the way is lost, and no one is nudged twice."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="logging_nudge"
    )
    nudged_at = models.DateTimeField()
    in_a_row = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="logging_nudge_in_a_row", condition=Q(in_a_row__range=(1, MOST)))]

    def __str__(self) -> str:
        return str(self.pk)
