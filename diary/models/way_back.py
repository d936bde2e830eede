"""Ways back into an account that someone else has changed, or whose second factor is lost.

The database removes these rows with their account (`diary.0021`), so that older code, which does not know them, can
erase one too.
"""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from diary.models.normal_email import in_normal_form


class Undo(models.Model):
    """Address and second factors as they were before a change, for whoever holds the link to bring them back.

    `email` is the address until then, which the link went to. `factors` are allauth's rows, their secrets sealed as
    there. `ended_at` is when the link was used, or a link to an earlier state was, which ends all later ones.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="undos", db_constraint=False)
    token_digest = models.TextField(unique=True)
    email = models.EmailField(max_length=254)
    factors = models.JSONField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="undo_email_normalised", condition=in_normal_form("email")),
            models.CheckConstraint(
                name="undo_used_is_ended", condition=Q(used_at__isnull=True) | Q(ended_at=F("used_at"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class FactorRemoval(models.Model):
    """The operator was asked to take the second factors off an account: done at `due_at`, unless its owner objects."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="factor_removals", db_constraint=False
    )
    token_digest = models.TextField(unique=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="factor_removal_one_at_a_time",
                fields=["user"],
                condition=Q(done_at__isnull=True, cancelled_at__isnull=True),
            ),
            models.CheckConstraint(
                name="factor_removal_done_or_cancelled",
                condition=Q(done_at__isnull=True) | Q(cancelled_at__isnull=True),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="factor_removal_due",
                fields=["due_at"],
                condition=Q(done_at__isnull=True, cancelled_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
