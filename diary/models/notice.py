"""A notice: something about an account was changed, and its owner is notified wherever they can be reached."""

from typing import Literal
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from diary.models.choices import choices, words

NoticeKind = Literal[
    "device_added",
    "device_taken",
    "webhook_added",
    "phone_added",
    "invited",
    "level_raised",
    "signed_out_everywhere",
    "credentials_changed",
    "change_to_undo",
    "credentials_restored",
    "factor_removal_asked",
    "factors_removed",
    "endpoint_failing",
]
NoticeChannel = Literal["email", "push", "web_push", "sms"]


class Notice(models.Model):
    """One message that is still to be sent: to one mailbox or device. It is removed once it was sent or given up.

    `address` is the mailbox, or the id of the device, kept here since the change may be of the addresses; by SMS it is
    empty. `facts` is
    what the text names; nothing in it is about anyone's health. `link`, sealed, leads to what helps.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_constraint=False)
    kind = models.TextField(choices=choices(NoticeKind))
    channel = models.TextField(choices=choices(NoticeChannel))
    address = models.TextField()
    facts = models.JSONField(default=dict)
    link = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="notice_kind", condition=Q(kind__in=words(NoticeKind))),
            models.CheckConstraint(name="notice_channel", condition=Q(channel__in=words(NoticeChannel))),
        ]
        indexes = [models.Index(name="notice_due", fields=["due_at"])]

    def __str__(self) -> str:
        return str(self.id)
