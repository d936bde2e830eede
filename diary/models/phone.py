"""The phone number of an account, for alerts by SMS: never a way to sign in."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

E164 = r"^\+[1-9][0-9]{6,14}$"


class Phone(models.Model):
    """`number` was proved by a code that was sent to it; `asked_number` still waits for its own.

    `codes_sent` counts since `codes_since`, so that no one has strangers' telephones ring all day. Two accounts may
    have the same number: people share one, and no one is shown that.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    number = models.TextField(null=True)  # noqa: DJ001 null is none
    verified_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    """When its owner last said that it is theirs (`diary.reaching.suspending`)."""
    asked_number = models.TextField(null=True)  # noqa: DJ001
    code_digest = models.TextField(null=True)  # noqa: DJ001
    code_sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    codes_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="phone_number_is_proved",
                condition=Q(number__isnull=True, verified_at__isnull=True)
                | Q(number__regex=E164, verified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="phone_asked_number_has_a_code",
                condition=Q(asked_number__isnull=True, code_digest__isnull=True, code_sent_at__isnull=True)
                | Q(asked_number__regex=E164, code_digest__isnull=False, code_sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def added_at(self) -> datetime | None:
        """Since when alerts go there."""
        return self.verified_at


class SentCode(models.Model):
    """A code went to a number (kept as a keyed hash), whoever asked for it; counted for a day."""

    number_digest = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="sent_code_by_number", fields=["number_digest", "at"])]

    def __str__(self) -> str:
        return str(self.pk)
