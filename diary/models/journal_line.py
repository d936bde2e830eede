"""A line for the journal outside the database: something was taken away or sent, and a restored backup must know."""

from typing import Literal
from uuid import uuid4

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from diary.models.choices import choices, words

JournalKind = Literal[
    "account_erased", "password_changed", "address_changed", "signed_out_everywhere", "signed_out",
    "place_ended", "level_changed", "invitation_refused", "consent_withdrawn",
    "mail_stopped", "mail_wanted", "webhook_removed", "device_removed", "phone_removed", "link_ended",
    "message_sent", "notice_sent",
]  # fmt: skip


class JournalLine(models.Model):
    """Written by triggers of the database, in the transaction of what it tells, so that no code can leave one out.

    `subject` is the id of what was taken away or sent; `detail` has further ids and words, never anything that a person
    wrote. Once the line is in the journal (`backend.journal`) both are emptied, and only that it was there is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, db_default=RandomUUID(), editable=False)
    at = models.DateTimeField(db_default=Now())
    kind = models.TextField(choices=choices(JournalKind))
    subject = models.UUIDField(null=True)
    detail = models.TextField(default="", db_default="")
    relayed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="journal_line_kind", condition=Q(kind__in=words(JournalKind))),
            models.CheckConstraint(
                name="journal_line_emptied_once_relayed",
                condition=Q(relayed_at__isnull=True, subject__isnull=False)
                | Q(relayed_at__isnull=False, subject__isnull=True, detail=""),
            ),
        ]
        indexes = [
            models.Index(name="journal_line_waiting", fields=["at", "id"], condition=Q(relayed_at__isnull=True)),
            models.Index(name="journal_line_by_age", fields=["relayed_at"], condition=Q(relayed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)
