"""Telling of an alert, and going on until someone acts.

When an alert opens a snapshot of the diary's policy is taken: those it names first are notified immediately, all that
is to follow is written down, and no later change of the policy or the circle moves it (docs/adr/0009). Whoever acts
ends it for everyone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from alerts.delivery.outbox import Telling, drop_owed, owe
from alerts.delivery.recipients import Recipient, recipients_of
from alerts.escalation.plan import Planned, planned
from alerts.escalation.policy import stored_policy
from alerts.locks import hold_diary_of
from alerts.models import Alert, EscalationStep
from alerts.models.alert import State
from alerts.rules.tiers import Tier
from alerts.steps import ME
from diary.models import Caregiver, Patient

TAKEN_WHILE: Final[Mapping[str, frozenset[State]]] = {
    **dict.fromkeys(("told", "escalated", "reminder"), frozenset({"open"})),
    **dict.fromkeys(("question", "reopened"), frozenset({"acknowledged"})),
    "asked_again": frozenset({"closed"}),
}
"""The states of the alert in which each step of a plan is taken."""


def tell(*tellings: Telling, now: datetime) -> None:
    """Queue alerts that open, or are news again, for those notified first; plan the rest of each again.

    What is sent to them together is one message. The caller holds the patient's row.
    """
    owed = []
    for telling in {telling.alert.pk: telling for telling in tellings}.values():
        drop_steps(alert=telling.alert, now=now)
        steps = _planned(telling.alert, now)
        plan(alert=telling.alert, steps=steps, taken=steps[0], now=now)
        owed.append(replace(telling, to=recipients_named(telling.alert.patient_id, steps[0].to)))
    owe(*owed, now=now)


def unplanned() -> QuerySet[Alert]:
    """Open alerts after which nothing would follow if no one acts: opened by a version that planned nothing yet."""
    reminded = EscalationStep.objects.filter(alert=OuterRef("pk"), step="reminder", dropped_at=None)
    return Alert.objects.filter(state="open").exclude(tier__in=[Tier.WATCH, Tier.CHECK_UP]).exclude(Exists(reminded))


@transaction.atomic
def plan_the_unplanned(*, alert_id: UUID, now: datetime) -> None:
    """Plan from now on what is to follow, without telling again what was told."""
    hold_diary_of(alert_id)
    for alert in unplanned().filter(pk=alert_id):
        plan(alert=alert, steps=_planned(alert, now)[1:], now=now)


def _planned(alert: Alert, now: datetime) -> list[Planned]:
    order = stored_policy(patient_id=alert.patient_id).policy.order(Tier(alert.tier))
    circle = [str(one.caregiver_id) for one in recipients_of(alert.patient_id) if one.caregiver_id]
    return planned(order, circle=circle, opened_at=now)


def plan(*, alert: Alert, steps: Iterable[Planned], now: datetime, taken: Planned | None = None) -> None:
    """Write steps down after those that the alert had before; `taken` is done at once."""
    last = alert.steps.aggregate(last=Max("place"))["last"]
    EscalationStep.objects.bulk_create(
        EscalationStep(
            patient_id=alert.patient_id,
            alert=alert,
            place=place,
            step=step.step,
            due_at=step.due_at,
            to=None if step.to is None else list(step.to),
            taken_at=now if step is taken else None,
        )
        for place, step in enumerate(steps, start=0 if last is None else last + 1)
    )


def stop_telling(*, alert: Alert, now: datetime) -> None:
    """Someone acted: nothing more is sent about the alert but what follows from that. The caller holds the patient's
    row.

    A correction that is queued still goes out, and what is being sent at this very moment may arrive.
    """
    drop_owed(alert=alert)
    drop_steps(alert=alert, now=now)


def drop_steps(*, alert: Alert, now: datetime) -> None:
    """What was planned does not happen."""
    untaken(alert.steps.all()).update(dropped_at=now)


def untimely(steps: QuerySet[EscalationStep]) -> QuerySet[EscalationStep]:
    """Those that are not to be taken in the state that their alert is in."""
    timely = Q()
    for step, states in TAKEN_WHILE.items():
        timely |= Q(step=step, alert__state__in=states)
    return steps.exclude(timely)


def untaken(steps: QuerySet[EscalationStep]) -> QuerySet[EscalationStep]:
    """What is still to come."""
    return steps.filter(taken_at=None, dropped_at=None)


def recipients_named(patient_id: UUID, names: Sequence[str] | None) -> list[Recipient] | None:
    """Those whom a step names; None for everyone of this moment.

    Whoever has lost their place since is among them, so that the delivery shows why they get nothing; who has taken
    another one has that. Of an account that is gone nothing is left to name.
    """
    if names is None:
        return None
    places = [name for name in names if name != ME]
    caregivers = Caregiver.objects.filter(patient_id=patient_id, pk__in=places, user__isnull=False)
    ended_first = sorted(caregivers.values_list("user_id", "pk", "state"), key=lambda one: one[2] == "accepted")
    named = list({user: Recipient(user, place) for user, place, _ in ended_first if user}.values())
    if ME in names:
        named.insert(0, Recipient(Patient.objects.values_list("user_id", flat=True).get(pk=patient_id)))
    return named
