"""What papers keep: links that a diary was shared by."""

from datetime import timedelta
from typing import Final
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

ATTEMPTS: Final = 10
"""Wrong passcodes in the whole life of a link. One of four digits is then found by chance once in a thousand links."""
LONGEST: Final = timedelta(days=30)
MOST_OF_LABEL: Final = 80
"""Characters; as much as the specification of SMART Health Links allows."""


class Share(models.Model):
    """One link. What it gives is made when it is opened; nothing of the diary is kept here.

    Its address and its key follow from one secret (`papers.sharing.secret`), which is sealed like notes and goes when
    the link is ended; `digest` is of the address, to find it by. `links_epoch` is its maker's when they made it: as all
    links, it ends when they change their password or sign out everywhere. The database removes the rows with their
    diary, so that older code, which does not know them, can erase one too.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    patient = models.ForeignKey(
        "diary.Patient", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    digest = models.BinaryField(unique=True)
    sealed = models.BinaryField(null=True)
    label = models.TextField(default="")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    links_epoch = models.PositiveIntegerField()
    passcode_digest = models.BinaryField(null=True)
    attempts_left = models.PositiveSmallIntegerField(default=ATTEMPTS)
    openings = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="share_expires",
                condition=Q(expires_at__gt=F("made_at"), expires_at__lte=F("made_at") + LONGEST),
            ),
            models.CheckConstraint(
                name="share_secret_until_ended",
                condition=Q(ended_at__isnull=True, sealed__isnull=False)
                | Q(ended_at__isnull=False, sealed__isnull=True),
            ),
            models.CheckConstraint(
                name="share_attempts",
                condition=Q(attempts_left=ATTEMPTS)
                | Q(attempts_left__range=(1, ATTEMPTS - 1), passcode_digest__isnull=False)
                | Q(attempts_left=0, passcode_digest__isnull=False, ended_at__isnull=False),
            ),
            models.CheckConstraint(name="share_label", condition=Q(label__regex=f"^.{{0,{MOST_OF_LABEL}}}$")),
        ]
        indexes = [models.Index(name="share_by_patient", fields=["patient", "made_at"])]

    def __str__(self) -> str:
        return str(self.id)
