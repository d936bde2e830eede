"""One event: what happened once, such as a fall or a doctor's visit."""

from django.db import models

from diary.format.fields import EventKind, Site, Trauma
from diary.models.choices import choices, words
from diary.models.recorded import EARLIEST_DATE, Recorded, null_or, present_unless_deleted, revision_order

REQUIRED = ["kind", "date"]
OPTIONAL = ["trauma", "site", "about_this_pain", "assessed_pain", "note"]


class Event(Recorded):
    """An event as `diary.format.fields.Event` describes it. `note` is ciphertext."""

    kind = models.TextField(null=True, choices=choices(EventKind))  # noqa: DJ001
    date = models.DateField(null=True)
    trauma = models.TextField(null=True, choices=choices(Trauma))  # noqa: DJ001
    site = models.TextField(null=True, choices=choices(Site))  # noqa: DJ001
    about_this_pain = models.BooleanField(null=True)
    assessed_pain = models.SmallIntegerField(null=True)
    note = models.BinaryField(null=True)

    class Meta:
        constraints = [
            *revision_order("event"),
            present_unless_deleted("event", required=REQUIRED, optional=OPTIONAL),
            models.CheckConstraint(name="event_kind", condition=null_or("kind", **{"in": words(EventKind)})),
            models.CheckConstraint(name="event_trauma", condition=null_or("trauma", **{"in": words(Trauma)})),
            models.CheckConstraint(name="event_site", condition=null_or("site", **{"in": words(Site)})),
            models.CheckConstraint(name="event_date", condition=null_or("date", gte=EARLIEST_DATE)),
            models.CheckConstraint(name="event_assessed", condition=null_or("assessed_pain", range=(0, 10))),
        ]
        indexes = [models.Index(name="event_by_date", fields=["patient", "date", "id"])]
