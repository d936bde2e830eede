"""Those who may use the operator's support pages, and the log of everything that support looked at or did."""

from typing import ClassVar, Final, Literal

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from diary.models.choices import choices, words

SupportAct = Literal[
    "searched", "looked", "signed_out", "factor_removal_asked", "factors_kept", "invitation_resent",
    "deliveries_retried", "endpoint_marked", "erased",
]  # fmt: skip
SupportWay = Literal["page", "command"]
REASON: Final = r"^[^\u0001-\u001f\u007f-\u009f]{8,250}$"
"""A reason in words, on one line; the person whose account it is reads it."""


class SupportStaff(models.Model):
    """An account that may use the support pages. The service can read these rows and write none: only the owner of the
    database can (`manage.py support_staff`), so nothing that reaches the service makes anyone staff.

    The database removes them with their account.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    since = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class SupportLine(models.Model):
    """Who of support did what with which account, when and why; never a word of what a diary says. Append-only.

    `staff` is the address of who was signed in, or the name that was given to a command. `account` is no foreign key: a
    line outlives the account, under a pseudonym and without its reason; it is null for a search that found none.
    `subject` is the place in the care circle that it was about. The database gives the `id`.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    staff = models.TextField()
    way = models.TextField(choices=choices(SupportWay))
    act = models.TextField(choices=choices(SupportAct))
    account = models.UUIDField(null=True)
    subject = models.UUIDField(null=True)
    reason = models.TextField(null=True)  # noqa: DJ001 null: taken away by an erasure

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="support_line_way", condition=Q(way__in=words(SupportWay))),
            models.CheckConstraint(name="support_line_act", condition=Q(act__in=words(SupportAct))),
            models.CheckConstraint(name="support_line_staff", condition=Q(staff__regex=r"^.{1,254}$")),
            models.CheckConstraint(
                name="support_line_reason", condition=Q(reason__isnull=True) | Q(reason__regex=REASON)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="support_line_account", fields=["account", "id"]),
            BrinIndex(name="support_line_at", fields=["at"], autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d}"
