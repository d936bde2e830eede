"""What the auditor last found, one row per check: for health, metrics and the person on call."""

from django.db import models
from django.db.models import F, Q


class AuditCheck(models.Model):
    """`found` and `left` are of the last audit (`left` is what it could not put right at once), the others of all."""

    name = models.TextField(primary_key=True)
    at = models.DateTimeField()
    found = models.PositiveIntegerField()
    left = models.PositiveIntegerField()
    found_ever = models.PositiveBigIntegerField()
    mended_ever = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="audit_check_left_was_found", condition=Q(left__lte=F("found")))]

    def __str__(self) -> str:
        return self.name
