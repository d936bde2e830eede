"""A snooze: one person gets no messages about one alert for a while."""

from django.conf import settings
from django.db import models

from alerts.models.alert import Alert


class Snooze(models.Model):
    """It silences no one else. An emergency or urgent alert ignores it; what it held goes out when it ends."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="snoozes", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="snooze_once", fields=["alert", "user"])]

    def __str__(self) -> str:
        return str(self.pk)
