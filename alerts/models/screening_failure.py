"""A diary whose screening fails, so that it is tried again ever more rarely and holds back no other."""

from django.db import models


class ScreeningFailure(models.Model):
    """Counted in the database, since a worker may die of it. `error` is the kind of error, never its text.

    The row is written before a diary is screened again after a failure and removed when the screening succeeds.
    """

    patient = models.OneToOneField("diary.Patient", on_delete=models.CASCADE, primary_key=True, related_name="+")
    attempts = models.PositiveIntegerField()
    failed_at = models.DateTimeField()
    retry_at = models.DateTimeField()
    error = models.TextField()

    def __str__(self) -> str:
        return str(self.pk)
