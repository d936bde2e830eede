"""What was removed because its time was over, one row a kind: for metrics and the person on call."""

from typing import Literal

from django.db import models
from django.db.models import Q

from diary.models.choices import choices, words

RetentionKind = Literal["access_lines", "devices", "links", "notices"]


class Retention(models.Model):
    """`at` is when it was last looked for; `removed_ever` counts since the beginning."""

    kind = models.TextField(primary_key=True, choices=choices(RetentionKind))
    at = models.DateTimeField()
    removed_ever = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="retention_kind", condition=Q(kind__in=words(RetentionKind)))]

    def __str__(self) -> str:
        return self.kind
