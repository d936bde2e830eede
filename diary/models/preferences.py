"""How a person wants to be notified."""

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value

from diary.format.fields import Language
from diary.models.choices import choices, words

CHECK_UP_CHANNELS: Final = ("push", "web_push", "email")
"""Those through which a check-up reaches who never said otherwise."""


def check_up_channels() -> list[str]:
    """The same, for a new row."""
    return list(CHECK_UP_CHANNELS)


class Preferences(models.Model):
    """One column of channel names a tier. Quiet hours are local times of day and may run over midnight.

    Who never changed anything has no row (`diary.reaching.preferences.DEFAULT`).
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="preferences"
    )
    version = models.PositiveIntegerField()
    emergency = ArrayField(models.TextField())
    urgent = ArrayField(models.TextField())
    see_doctor = ArrayField(models.TextField())
    check_up = ArrayField(
        models.TextField(),
        default=check_up_channels,
        db_default=Value(check_up_channels(), ArrayField(models.TextField())),
    )
    watch = ArrayField(models.TextField())
    quiet_start = models.TimeField(null=True)
    quiet_end = models.TimeField(null=True)
    language = models.TextField(null=True, choices=choices(Language))  # noqa: DJ001 null is "not said"
    reminder_at = models.TimeField(null=True)
    """The hour of the wall clock at which to be reminded to write, on the ISO weekdays beside it."""
    reminder_weekdays = ArrayField(models.PositiveSmallIntegerField(), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="preferences_emergency_and_urgent_reach_somebody",
                condition=Q(emergency__len__gte=1, urgent__len__gte=1),
            ),
            models.CheckConstraint(
                name="preferences_quiet_hours",
                condition=Q(quiet_start__isnull=True, quiet_end__isnull=True)
                | Q(quiet_start__isnull=False, quiet_end__isnull=False) & ~Q(quiet_start=F("quiet_end")),
            ),
            models.CheckConstraint(
                name="preferences_reminder",
                condition=Q(reminder_at__isnull=True, reminder_weekdays__isnull=True)
                | Q(
                    reminder_at__isnull=False,
                    reminder_weekdays__len__gte=1,
                    reminder_weekdays__contained_by=list(range(1, 8)),
                ),
            ),
            models.CheckConstraint(
                name="preferences_language", condition=Q(language__isnull=True) | Q(language__in=words(Language))
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
