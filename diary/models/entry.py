"""One diary entry: what someone noted about one local day."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Round

from diary.format.fields import Quality, Site
from diary.models.choices import words
from diary.models.recorded import EARLIEST_DATE, Recorded, null_or, present_unless_deleted, revision_order

SCORES = ["worst_pain", "night_pain", "rest_pain", "movement_pain"]
REQUIRED = ["date", "recorded_at", "recorded_offset", "time_zone"]
ANSWERS = [
    *SCORES,
    "woke_from_sleep",
    "worse_lying_down",
    "worse_on_deep_breath",
    "worse_on_straining",
    "sites",
    "qualities",
    "symptoms",
    "treatments_taken",
    "weight_kg",
    "note",
]


class Entry(Recorded):
    """An entry as `diary.format.fields.Entry` describes it; null is *not answered*.

    `recorded_at` is the phone's clock; its offset from UTC (minutes) and its zone are kept beside it, since the local
    day cannot be told from the instant alone. `note` is ciphertext.
    """

    date = models.DateField(null=True)
    recorded_at = models.DateTimeField(null=True)
    recorded_offset = models.SmallIntegerField(null=True)
    time_zone = models.TextField(null=True)  # noqa: DJ001
    clock_skew_seconds = models.BigIntegerField(null=True)
    worst_pain = models.SmallIntegerField(null=True)
    night_pain = models.SmallIntegerField(null=True)
    rest_pain = models.SmallIntegerField(null=True)
    movement_pain = models.SmallIntegerField(null=True)
    woke_from_sleep = models.BooleanField(null=True)
    worse_lying_down = models.BooleanField(null=True)
    worse_on_deep_breath = models.BooleanField(null=True)
    worse_on_straining = models.BooleanField(null=True)
    sites = ArrayField(models.TextField(), null=True)
    qualities = ArrayField(models.TextField(), null=True)
    symptoms = models.JSONField(null=True)
    treatments_taken = models.JSONField(null=True)
    weight_kg = models.DecimalField(null=True, max_digits=5, decimal_places=2)
    note = models.BinaryField(null=True)

    class Meta:
        constraints = [
            *revision_order("entry"),
            present_unless_deleted("entry", required=REQUIRED, optional=[*ANSWERS, "clock_skew_seconds"]),
            models.CheckConstraint(name="entry_date", condition=null_or("date", gte=EARLIEST_DATE)),
            models.CheckConstraint(
                name="entry_scores", condition=Q(*(null_or(score, range=(0, 10)) for score in SCORES))
            ),
            models.CheckConstraint(name="entry_weight", condition=null_or("weight_kg", range=(2, 500))),
            models.CheckConstraint(
                name="entry_weight_decimals",
                condition=Q(weight_kg__isnull=True) | Q(weight_kg=Round("weight_kg", 2)),
            ),
            models.CheckConstraint(name="entry_sites", condition=null_or("sites", contained_by=words(Site))),
            models.CheckConstraint(name="entry_qualities", condition=null_or("qualities", contained_by=words(Quality))),
        ]
        indexes = [models.Index(name="entry_by_date", fields=["patient", "date", "id"])]
