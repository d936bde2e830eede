"""A webhook: a server that gets alerts, and the secrets that sign its messages."""

from typing import Literal
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from diary.models.choices import choices, words

WebhookState = Literal["unverified", "active", "disabled"]
DisabledReason = Literal["gone", "not_verified"]

_WITHOUT_CONTENT = Q(url__isnull=True, description__isnull=True, verify_due_at__isnull=True, state="disabled")


class Webhook(models.Model):
    """Under an id that the app made, scoped to its owner; a deleted one stays as a tombstone without content.

    `key` names it where its owner is not known: in tasks. `receiver` is the host and port behind `url`. Nothing is sent
    to one that has not answered the challenge (`verified_at`); `verify_due_at` is when it is asked next, or, while it
    is being asked, when that is over. `held`: it is due, and waits for a slot (`alerts.outbound.slots`).
    """

    key = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    id = models.UUIDField()
    version = models.PositiveIntegerField(default=1)
    deleted = models.BooleanField(default=False)
    updated_at = models.DateTimeField()
    url = models.TextField(null=True)  # noqa: DJ001 null in a tombstone
    added_at = models.DateTimeField(null=True)
    """Since when it leads there; null in what older code stored."""
    confirmed_at = models.DateTimeField(null=True)
    """When its owner last said that it is theirs (`diary.reaching.suspending`)."""
    description = models.TextField(null=True)  # noqa: DJ001
    receiver = models.TextField(default="")
    state = models.TextField(choices=choices(WebhookState), default="unverified")
    disabled_reason = models.TextField(null=True, choices=choices(DisabledReason))  # noqa: DJ001
    verified_at = models.DateTimeField(null=True)
    verify_due_at = models.DateTimeField(null=True)
    verify_attempts = models.PositiveSmallIntegerField(default=0)
    held = models.BooleanField(default=False, db_default=False)
    tried_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="webhook_once", fields=["user", "id"]),
            models.CheckConstraint(
                name="webhook_content", condition=Q(deleted=False, url__isnull=False) | Q(deleted=True)
            ),
            models.CheckConstraint(name="webhook_tombstone", condition=Q(deleted=False) | _WITHOUT_CONTENT),
            models.CheckConstraint(
                name="webhook_state",
                condition=Q(state="unverified", disabled_reason__isnull=True, verify_due_at__isnull=False)
                | Q(state="active", disabled_reason__isnull=True, verify_due_at__isnull=True, verified_at__isnull=False)
                | Q(state="disabled", verify_due_at__isnull=True, disabled_reason__in=words(DisabledReason))
                | Q(state="disabled", deleted=True, disabled_reason__isnull=True),
            ),
        ]
        indexes = [
            models.Index(name="webhook_to_verify", fields=["verify_due_at"], condition=Q(verify_due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return str(self.id)


class WebhookSecret(models.Model):
    """A secret that signs, encrypted as notes are; `signs_until` is null for the current one."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    signs_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="webhook_secret_current", fields=["webhook"], condition=Q(signs_until__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
