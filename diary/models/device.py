"""A device: one installation of an app, and how to reach it."""

from typing import Literal

from django.conf import settings
from django.db import models
from django.db.models import Q

from diary.format.fields import Language
from diary.models.choices import choices, words

Platform = Literal["ios", "android", "web"]


class Device(models.Model):
    """An app's installation under an id that it made; a deleted one stays as a tombstone without content.

    Like a diary's rows it is scoped to its owner. The push token is not: a phone that changes hands keeps it, so the
    one account that showed it last has it, and no other.
    """

    pk = models.CompositePrimaryKey("user_id", "id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices", db_index=False)
    id = models.UUIDField()
    version = models.PositiveIntegerField(default=1)
    deleted = models.BooleanField(default=False)
    updated_at = models.DateTimeField()
    platform = models.TextField(null=True, choices=choices(Platform))  # noqa: DJ001 null in a tombstone
    push_token = models.TextField(null=True)  # noqa: DJ001
    push_refusals = models.PositiveSmallIntegerField(default=0, db_default=0)
    """How often in a row a push service did not let us send to the token."""
    push_taken_at = models.DateTimeField(null=True)
    """When another account showed the token, which left this device then."""
    session_id = models.UUIDField(null=True)
    """The session (`Session.id`) that last stored it: it is pushed to while that lasts. No foreign key, since sessions
    end in many ways and wait for no one. Null in what older code stored (`diary.reaching.push_tokens`)."""
    added_at = models.DateTimeField(null=True)
    """Since when the token is here; null in what older code stored."""
    confirmed_at = models.DateTimeField(null=True)
    """When its owner last said that it is theirs (`diary.reaching.suspending`)."""
    push_proved_at = models.DateTimeField(null=True)
    """When a push service first took a message for the token; until then other channels are used as well."""
    signed_out_since = models.DateTimeField(null=True)
    """Since when it is known that no one is signed in there (`diary.account.retention`)."""
    time_zone = models.TextField(null=True)  # noqa: DJ001
    app_version = models.TextField(null=True)  # noqa: DJ001
    language = models.TextField(null=True, choices=choices(Language))  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(name="device_push_token_once", fields=["push_token"]),
            models.CheckConstraint(
                name="device_content",
                condition=Q(deleted=False, platform__in=words(Platform))
                | Q(
                    deleted=True,
                    platform__isnull=True,
                    push_token__isnull=True,
                    time_zone__isnull=True,
                    app_version__isnull=True,
                    language__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="device_language", condition=Q(language__isnull=True) | Q(language__in=words(Language))
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
