"""When a person is next to be reminded to write."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

MOST_UNANSWERED: Final = 7
"""After so many in a row on which the person wrote nothing there is silence until they write."""


class ReminderPlan(models.Model):
    """A row for everyone who wants reminders, so that the work grows with who is due and not with who has an account.

    `due_at` is the next instant at which the clock on the person's wall shows the hour they chose; null while there is
    none. `unanswered` counts reminders since they last wrote, and `last_day` is the local date of the newest.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="reminder_plan"
    )
    due_at = models.DateTimeField(null=True)
    unanswered = models.PositiveSmallIntegerField(default=0)
    last_day = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reminder_plan_unanswered",
                condition=Q(unanswered__lt=MOST_UNANSWERED) | Q(unanswered=MOST_UNANSWERED, due_at__isnull=True),
            )
        ]
        indexes = [models.Index(name="reminder_plan_due", fields=["due_at"], condition=Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return str(self.pk)
