"""The care circle: who else has access to one person's diary, and the history of every consent."""

from datetime import datetime
from typing import Literal
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from diary.models.choices import choices, words
from diary.models.normal_email import in_normal_form

Level = Literal["alerts", "read", "log"]
State = Literal["invited", "accepted", "ended"]
Action = Literal["invited", "accepted", "level_changed", "revoked", "left", "refused"]


class Caregiver(models.Model):
    """One person's place in a care circle, from the invitation to its end.

    `level` grows: `alerts` receives alerts, `read` sees the diary, `log` also writes it. The invitation's secret is
    made when its mail goes out and stored hashed, for as long as it can be used; `used_digest` is that of the secret
    with which the place was taken, so that its holder may say so twice. `mail_due_at` is when to try to send that mail
    (again); none when nothing is due.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    patient = models.ForeignKey("diary.Patient", on_delete=models.CASCADE, related_name="caregivers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="caring")
    email = models.TextField()
    level = models.TextField(choices=choices(Level))
    state = models.TextField(choices=choices(State), default="invited")
    token_digest = models.TextField(null=True, unique=True)  # noqa: DJ001 none once it is used or dead
    used_digest = models.TextField(null=True)  # noqa: DJ001 none until it is used
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    confirmed_at = models.DateTimeField(null=True)
    """When the owner of the diary last said that the place is meant (`diary.reaching.suspending`)."""
    mail_due_at = models.DateTimeField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="caregiver_level", condition=Q(level__in=words(Level))),
            models.CheckConstraint(
                name="caregiver_state",
                condition=Q(state="invited", user__isnull=True, accepted_at__isnull=True, ended_at__isnull=True)
                | Q(
                    state="accepted",
                    user__isnull=False,
                    accepted_at__isnull=False,
                    ended_at__isnull=True,
                    token_digest__isnull=True,
                )
                | Q(state="ended", ended_at__isnull=False, token_digest__isnull=True),
            ),
            models.CheckConstraint(name="caregiver_email_normalised", condition=in_normal_form("email")),
            models.UniqueConstraint(
                name="caregiver_once_by_email", fields=["patient", "email"], condition=~Q(state="ended")
            ),
            models.UniqueConstraint(
                name="caregiver_once_by_user", fields=["patient", "user"], condition=Q(state="accepted")
            ),
            models.CheckConstraint(
                name="caregiver_mail_while_invited", condition=Q(mail_due_at__isnull=True) | Q(state="invited")
            ),
            models.CheckConstraint(
                name="caregiver_used_once_taken", condition=Q(used_digest__isnull=True) | ~Q(state="invited")
            ),
        ]
        indexes = [
            # The mails that are due, the longest due first; empty when all are sent.
            models.Index(name="caregiver_mail", fields=["mail_due_at"], condition=Q(mail_due_at__isnull=False)),
            # Addresses of people who never accepted; they are forgotten after a while.
            models.Index(
                name="caregiver_strangers", fields=["invited_at"], condition=Q(user__isnull=True) & ~Q(email="")
            ),
            models.Index(name="caregiver_used_code", fields=["used_digest"], condition=Q(used_digest__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def added_at(self) -> datetime:
        """Since when the owner of the diary wants it."""
        return self.invited_at


class InvitationRefusal(models.Model):
    """An address wants no invitations to a diary, now or later; `address_digest` does not give it away.

    The database removes these rows with their diary, so that older code, which does not know them, can erase one too.
    """

    patient = models.ForeignKey(
        "diary.Patient", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    address_digest = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="refusal_once", fields=["patient", "address_digest"])]

    def __str__(self) -> str:
        return str(self.pk)


class ConsentRecord(models.Model):
    """One line of the history of consent: who did what about whose access, when, under which wording. Append-only.

    The service may not remove or change one; what an erasure takes away, the database's `diary_forget` does.
    """

    patient = models.ForeignKey("diary.Patient", on_delete=models.DO_NOTHING, related_name="consent_history")
    caregiver = models.ForeignKey(Caregiver, on_delete=models.DO_NOTHING, related_name="consent_history")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False
    )
    action = models.TextField(choices=choices(Action))
    level = models.TextField(choices=choices(Level))
    wording_version = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="consent_action", condition=Q(action__in=words(Action))),
            models.CheckConstraint(name="consent_level", condition=Q(level__in=words(Level))),
        ]
        indexes = [models.Index(name="consent_by_actor", fields=["actor", "at"])]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"
