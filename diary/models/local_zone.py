"""The zone of the clock on a person's wall, as their own devices and entries last told it."""

from django.conf import settings
from django.db import models


class LocalZone(models.Model):
    """Of whom nothing was heard yet has no row (`diary.reaching.local_time`). `since`: when it was first told."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="local_zone")
    name = models.TextField()
    since = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
