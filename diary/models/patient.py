"""One person's diary: who it is about, and the counter that everything written in it takes a number from."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from diary.format.fields import Language, Sex, Smoking
from diary.models.choices import choices, words


class Patient(models.Model):
    """A diary and its profile.

    `revision` counts every write and is taken under this row's lock in the writer's own transaction, so it orders all
    writes of a diary: it is the sync cursor, and work for the screening exists exactly while it differs from
    `screened_revision`. Every profile field is three-valued: null is *not answered*.

    The bounds of `diary.recording.bounds` are held to `row_count`, of all rows with tombstones (null until the next
    write counts them), and to `written_count`, of the rows written on the day `written_on` (UTC).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="patient")
    created_at = models.DateTimeField(default=timezone.now)

    revision = models.BigIntegerField(default=0)
    screened_revision = models.BigIntegerField(default=0)
    unscreened_since = models.DateTimeField(null=True)
    row_count = models.IntegerField(null=True, default=0)
    written_on = models.DateField(null=True)
    written_count = models.IntegerField(default=0, db_default=0)

    profile_version = models.PositiveIntegerField(default=1)
    birth_year = models.SmallIntegerField(null=True)
    sex = models.TextField(null=True, choices=choices(Sex))  # noqa: DJ001 null is "not answered"
    smoking = models.TextField(null=True, choices=choices(Smoking))  # noqa: DJ001
    asbestos_exposure = models.BooleanField(null=True)
    cancer_history = models.BooleanField(null=True)
    osteoporosis = models.BooleanField(null=True)
    steroid_use = models.BooleanField(null=True)
    losing_weight_on_purpose = models.BooleanField(null=True)
    long_term_lung_condition = models.BooleanField(null=True)
    time_zone = models.TextField(null=True)  # noqa: DJ001
    language = models.TextField(null=True, choices=choices(Language))  # noqa: DJ001
    region = models.TextField(null=True)  # noqa: DJ001
    silence_notice_days = models.PositiveSmallIntegerField(null=True)
    paused_until = models.DateField(null=True)
    phone_for_circle = models.TextField(null=True)  # noqa: DJ001

    last_entry_at = models.DateTimeField(null=True)
    """When an entry last came that was not imported; null until then."""
    silence_due_at = models.DateTimeField(null=True)
    """When to look whether nothing came for long enough (`diary.reaching.silence`); null while no one is to hear."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="patient_screened_not_ahead", condition=Q(screened_revision__lte=F("revision"))
            ),
            models.CheckConstraint(
                name="patient_unscreened_since_while_behind",
                condition=Q(screened_revision=F("revision"), unscreened_since__isnull=True)
                | Q(screened_revision__lt=F("revision"), unscreened_since__isnull=False),
            ),
            models.CheckConstraint(
                name="patient_birth_year",
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1900, 2100)),
            ),
            models.CheckConstraint(
                name="patient_silence_notice_days",
                condition=Q(silence_notice_days__isnull=True) | Q(silence_notice_days__range=(3, 60)),
            ),
            models.CheckConstraint(
                name="patient_phone_for_circle",
                condition=Q(phone_for_circle__isnull=True) | Q(phone_for_circle__regex=r"^\+[1-9][0-9]{6,14}$"),
            ),
            models.CheckConstraint(
                name="patient_region", condition=Q(region__isnull=True) | Q(region__regex="^[A-Z]{2}$")
            ),
            *(
                models.CheckConstraint(
                    name=f"patient_{name}",
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__in": allowed}),
                )
                for name, allowed in (
                    ("sex", words(Sex)),
                    ("smoking", words(Smoking)),
                    ("language", words(Language)),
                )
            ),
        ]
        indexes = [
            # The work that is left to do, oldest first; empty when all is screened.
            models.Index(
                name="patient_unscreened",
                fields=["unscreened_since"],
                condition=Q(unscreened_since__isnull=False),
            ),
            models.Index(name="patient_silence", fields=["silence_due_at"], condition=Q(silence_due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)
