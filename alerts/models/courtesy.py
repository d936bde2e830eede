"""A courtesy: a message to one person that is about no alert, sent once."""

from typing import Literal
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from diary.models.choices import choices, words

CourtesyKind = Literal["reminder", "later", "silence", "test"]
CourtesyState = Literal["owed", "sending", "sent", "failed", "dropped"]


class Courtesy(models.Model):
    """Owed until it is sent or given up; its id names every copy. There is one of a kind, person and `occasion`.

    A `reminder` to write and the one asked for `later` have the person's local date as their occasion; that a `patient`
    has fallen silent, the silence (`diary.reaching.silence.silence_of`); a `test`,
    its run and the way it goes.

    `due_at` is when the next attempt may begin; for one that is being sent, the end of its lease. After `until` it is
    of no use any more. `channel` and `endpoint` are where it goes, chosen when it is first sent; `tried` are the ways
    that led nowhere. Sent, delivered and opened are different facts, as with a `Delivery`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    patient = models.ForeignKey("diary.Patient", models.CASCADE, null=True, related_name="+")
    kind = models.TextField(choices=choices(CourtesyKind))
    occasion = models.TextField()
    state = models.TextField(choices=choices(CourtesyState), default="owed")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    until = models.DateTimeField()
    channel = models.TextField(default="")
    endpoint = models.TextField(default="")
    tried = ArrayField(models.TextField(), default=list)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="courtesy_once", fields=["user", "kind", "occasion"]),
            models.CheckConstraint(name="courtesy_kind", condition=Q(kind__in=words(CourtesyKind))),
            models.CheckConstraint(
                name="courtesy_about_whom",
                condition=Q(kind="silence", patient__isnull=False) | Q(~Q(kind="silence"), patient__isnull=True),
            ),
            models.CheckConstraint(
                name="courtesy_state",
                condition=Q(state="owed", due_at__isnull=False, sent_at__isnull=True)
                | Q(state="sending", due_at__isnull=False, sent_at__isnull=True, attempts__gte=1)
                | Q(state="sent", due_at__isnull=True, sent_at__isnull=False)
                | Q(state__in=["failed", "dropped"], due_at__isnull=True, sent_at__isnull=True),
            ),
        ]
        indexes = [
            # What is left to do, in the order it falls due; empty when all is sent.
            models.Index(name="courtesy_due", fields=["due_at"], condition=Q(due_at__isnull=False)),
            models.Index(name="courtesy_by_age", fields=["created_at"]),
        ]

    def __str__(self) -> str:
        return str(self.id)
