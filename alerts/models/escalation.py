"""What happens if no one acts: a policy for each diary, and for each alert the snapshot of it that was taken."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from alerts.models.alert import Alert
from alerts.steps import PlannedStep
from diary.models.choices import choices, words

ONLY_LATER: list[PlannedStep] = ["reminder", "asked_again", "question", "reopened"]


class EscalationPolicy(models.Model):
    """Who is notified first, how long to wait and who next, as the owner of a diary chose it.

    `tiers` holds an `alerts.escalation.plan.Policy`. A diary whose owner chose nothing has no row.
    """

    patient = models.OneToOneField("diary.Patient", on_delete=models.CASCADE, primary_key=True, related_name="+")
    version = models.PositiveIntegerField()
    tiers = models.JSONField()

    def __str__(self) -> str:
        return str(self.pk)


class EscalationStep(models.Model):
    """One step of the plan that was made when an alert opened; `place` orders all that an alert ever had.

    `to` names who is notified as places of the care circle, and the patient as `me`; null is everyone of that
    moment. A step is taken when its messages are queued, dropped when someone acted before, or else still to come.
    """

    patient = models.ForeignKey("diary.Patient", on_delete=models.CASCADE, related_name="+", db_index=False)
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField()
    step = models.TextField(choices=choices(PlannedStep))
    due_at = models.DateTimeField()
    to = ArrayField(models.TextField(), null=True)
    taken_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="escalation_step_once", fields=["patient", "alert", "place"]),
            models.CheckConstraint(name="escalation_step_word", condition=Q(step__in=words(PlannedStep))),
            models.CheckConstraint(
                name="escalation_step_taken_or_dropped", condition=Q(taken_at__isnull=True) | Q(dropped_at__isnull=True)
            ),
            models.CheckConstraint(
                name="escalation_step_names_somebody",
                condition=Q(to__isnull=True, step__in=ONLY_LATER) | Q(to__len__gte=1),
            ),
        ]
        indexes = [
            # What is still to come, in the order it falls due.
            models.Index(
                name="escalation_step_due",
                fields=["due_at"],
                condition=Q(taken_at__isnull=True, dropped_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
