"""One treatment: what is being tried against the pain."""

from django.db import models
from django.db.models import F, Q

from diary.format.fields import TreatmentKind
from diary.models.choices import choices, words
from diary.models.recorded import EARLIEST_DATE, Recorded, null_or, present_unless_deleted, revision_order

REQUIRED = ["kind", "name", "started_on"]
OPTIONAL = ["daily_dose", "dose_unit", "stopped_on", "recalled_score_before"]


class Treatment(Recorded):
    """A treatment as `diary.format.fields.Treatment` describes it; `stopped_on` is the last day taken."""

    kind = models.TextField(null=True, choices=choices(TreatmentKind))  # noqa: DJ001
    name = models.TextField(null=True)  # noqa: DJ001
    daily_dose = models.FloatField(null=True)
    dose_unit = models.TextField(null=True)  # noqa: DJ001
    started_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    recalled_score_before = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            *revision_order("treatment"),
            present_unless_deleted("treatment", required=REQUIRED, optional=OPTIONAL),
            models.CheckConstraint(name="treatment_kind", condition=null_or("kind", **{"in": words(TreatmentKind)})),
            models.CheckConstraint(
                name="treatment_dates",
                condition=null_or("started_on", gte=EARLIEST_DATE)
                & (Q(stopped_on__isnull=True) | Q(stopped_on__gte=F("started_on"))),
            ),
            models.CheckConstraint(name="treatment_dose", condition=null_or("daily_dose", gt=0)),
            models.CheckConstraint(
                name="treatment_recalled_score", condition=null_or("recalled_score_before", range=(0, 10))
            ),
        ]
