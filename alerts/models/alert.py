"""One alert: one pattern in one diary, and what became of it."""

from datetime import date
from typing import Literal
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q, Value

from alerts.rules.tiers import Tier
from diary.models.choices import choices

State = Literal["open", "acknowledged", "closed", "withdrawn"]
Outcome = Literal["not_serious", "being_investigated", "serious", "did_not_go", "seen"]

TIERS = [(tier.value, tier.value) for tier in Tier]
ASSESSED = ["not_serious", "being_investigated", "serious"]
"""The outcomes that are stored as a visit: what the doctor said. `seen` only says that there was one."""
A_TIER = Q(tier__in=[tier.value for tier in Tier])


class Alert(models.Model):
    """One open alert for a patient and rule at a time; it carries every finding made while it was open.

    `tier` is the tier it is sent as: an emergency found too late to act on at once is sent as `see_doctor`.
    `opened_at` is null for what was found too late to be sent at all: it is shown in the app as `closed` and no one
    was notified. `turn` counts what was sent about it, so that each round of messages has its own deliveries, in order.

    `signs` are the danger signs it is about now, each with its days (`alerts.raising.news.Signs`). `on_record` are
    those there were when someone last acted on it, or when it was last said or quietly kept: what goes beyond them may
    be news. It is null in an alert from a version that did not keep it.

    `outcome` is what became of it, and closed it; `visit_id` the event of the diary that it is stored as, null for
    `did_not_go` and `seen`. Both are null again when the alert opens again. Who did what: `alerts.models.Response`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    patient = models.ForeignKey("diary.Patient", on_delete=models.CASCADE, related_name="+", db_index=False)
    rule = models.TextField()
    rule_version = models.PositiveSmallIntegerField()
    tier = models.TextField(choices=TIERS)
    state = models.TextField(choices=choices(State))
    met_on = models.DateField()
    found_on = models.DateField()
    evidence = models.JSONField()
    signs = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    on_record = models.JSONField(null=True)
    turn = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    acknowledged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    outcome = models.TextField(null=True, choices=choices(Outcome))  # noqa: DJ001 null is "no one said"
    outcome_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    visit_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="alert_one_open_by_rule", fields=["patient", "rule"], condition=Q(state="open")
            ),
            models.CheckConstraint(name="alert_tier", condition=A_TIER),
            models.CheckConstraint(
                name="alert_state",
                condition=Q(
                    state="open",
                    opened_at__isnull=False,
                    acknowledged_at__isnull=True,
                    closed_at__isnull=True,
                    withdrawn_at__isnull=True,
                )
                | Q(
                    state="acknowledged",
                    opened_at__isnull=False,
                    acknowledged_at__isnull=False,
                    closed_at__isnull=True,
                    withdrawn_at__isnull=True,
                )
                | Q(state="closed", closed_at__isnull=False, withdrawn_at__isnull=True)
                | Q(state="withdrawn", withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="alert_acknowledged_by_somebody_at_some_time",
                condition=Q(acknowledged_by__isnull=True) | Q(acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="alert_outcome_closed_it",
                condition=Q(outcome__isnull=True, outcome_by__isnull=True, visit_id__isnull=True)
                | Q(outcome__in=["did_not_go", "seen"], state="closed", opened_at__isnull=False, visit_id__isnull=True)
                | Q(outcome__in=ASSESSED, state="closed", opened_at__isnull=False, visit_id__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="alert_newest_first", fields=["patient", "-found_on", "-id"]),
            # What the auditor goes through and monitoring counts.
            models.Index(name="alert_open", fields=["tier"], condition=Q(state="open")),
            # Removing an account finds what it acknowledged without a look at every alert.
            models.Index(
                name="alert_by_acknowledger",
                fields=["acknowledged_by"],
                condition=Q(acknowledged_by__isnull=False),
            ),
            models.Index(name="alert_by_outcome_giver", fields=["outcome_by"], condition=Q(outcome_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def put_on_record(self) -> None:
        """Someone acts on it, or is notified of all that it is about; where no signs were kept there are none to put.

        The next screening makes the record of what such an alert was shown with (`alerts.raising.signs_on_record`).
        """
        if self.signs or self.on_record is not None:
            self.on_record = self.signs

    @property
    def last_day(self) -> date:
        """The newest of the days it is based on."""
        days = self.evidence["days"]
        return date.fromisoformat(days[-1]) if days else self.met_on
