"""One line of the access log: who did what with whose diary, and when. Append-only."""

from typing import Final, Literal

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from diary.models.choices import choices, words
from diary.models.support import REASON

Action = Literal[
    "read", "written", "deleted", "synced", "exported", "imported",
    "invited", "accepted", "level_changed", "revoked", "left",
    "acknowledged", "taken_back", "snoozed", "outcome_given",
]  # fmt: skip

MOST_OF_RECIPIENT: Final = 120
"""Characters that are kept of who opened a shared link."""
LOOKS: Final[tuple[Action, ...]] = ("read", "synced", "exported")
"""What may have changed nothing: one line counts for the same look during a minute."""


class AccessLine(models.Model):
    """Who, what and when; never a word of what the diary says.

    `patient_id` and `actor_id` are no foreign keys: a line outlives both, under pseudonyms, and writing one takes no
    lock on anyone's row. The database refuses to change a line, and to remove one that is not old
    (`diary.account.retention`); `id` grows and is the database's to give (`diary/migrations/0018_roles.py`).
    """

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient_id = models.UUIDField()
    id = models.BigIntegerField()
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    action = models.TextField(choices=choices(Action))
    resource = models.TextField()
    resource_id = models.UUIDField(null=True)
    recipient = models.TextField(null=True)  # noqa: DJ001 null: it was done by who signed in
    """Who a shared link was opened for, in their own words; the actor is then the one who shared."""
    reason = models.TextField(null=True)  # noqa: DJ001 null: no one had to give one
    """Why support looked or did something; the actor is then `diary.access.log.SUPPORT`."""

    class Meta:
        constraints = [
            models.CheckConstraint(name="access_line_action", condition=Q(action__in=words(Action))),
            models.CheckConstraint(name="access_line_resource", condition=Q(resource__regex="^[a-z][a-z-]{0,39}$")),
            models.CheckConstraint(
                name="access_line_recipient",
                condition=Q(recipient__isnull=True)
                | Q(resource="share", recipient__regex=f"^.{{1,{MOST_OF_RECIPIENT}}}$"),
            ),
            models.CheckConstraint(
                name="access_line_reason", condition=Q(reason__isnull=True) | Q(reason__regex=REASON)
            ),
        ]
        indexes = [
            # One person's last looks at one diary; what changes it need not keep this up.
            models.Index(
                name="access_line_looks", fields=["patient_id", "actor_id", "at"], condition=Q(action__in=LOOKS)
            ),
            BrinIndex(name="access_line_at", fields=["at"], autosummarize=True),
            # Openings of a shared link.
            models.Index(
                name="access_line_openings",
                fields=["patient_id", "resource_id", "id"],
                condition=Q(recipient__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.resource} {self.at:%Y-%m-%d}"
