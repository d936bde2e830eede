"""What is owed: a delivery for each person, channel and endpoint, in the transaction that raised the alert.

Each telling of an alert is a turn of it, with deliveries of its own; those of one turn to an endpoint are not sent
before the turns before are settled (`alerts.claiming`), so that *withdrawn* never overtakes *raised*.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet

from alerts.channels import CHANNELS
from alerts.holding import released_at
from alerts.models import Alert, Delivery
from alerts.models.delivery import Step
from alerts.nudging import nudge
from alerts.recipients import Recipient, recipients_of
from alerts.routing import Route, first_routes

MAY_BE_TOLD = Q(state__in=["sent", "sending"]) | Q(unconfirmed=True)
"""Deliveries of which the receiver has heard or may have."""


def owe(*, alert: Alert, step: Step, now: datetime, to: Sequence[Recipient] | None = None) -> None:
    """Owe a new telling to these people, or to everyone; what older turns still owe them is dropped for it.

    Who was about to hear of a withdrawal that is itself withdrawn now need not hear of either. The caller holds the
    patient's row.
    """
    _lock(alert)
    recipients = recipients_of(alert.patient_id) if to is None else to
    owed = alert.deliveries.filter(state="owed", recipient_id__in=[one.user_id for one in recipients])
    dropped = drop(owed, reason="superseded")
    corrected = set(alert.deliveries.filter(MAY_BE_TOLD, step="withdrawn", turn=alert.turn).values_list("recipient"))
    spared = {one.recipient_id for one in dropped if one.step == "withdrawn" and not one.unconfirmed}
    wanted = [one for one in recipients if one.user_id not in spared or (one.user_id,) in corrected]
    insert_turn(alert, step, first_routes(alert=alert, recipients=wanted), now)


def owe_withdrawal(*, alert: Alert, now: datetime) -> None:
    """Owe the correction to everyone who was told or may have been; who was not will never hear of the alert."""
    _lock(alert)
    drop_owed(alert=alert, reason="withdrawn")
    told = alert.deliveries.filter(MAY_BE_TOLD).exclude(step="withdrawn")
    insert_turn(alert, "withdrawn", {route_of(delivery) for delivery in told}, now)


def drop_owed(*, alert: Alert, reason: str) -> None:
    """Nothing more is sent about the alert but a correction that is owed. The caller holds the patient's row."""
    drop(alert.deliveries.filter(state="owed").exclude(step="withdrawn"), reason=reason)
    alert.deliveries.filter(follow_up_at__isnull=False).update(follow_up_at=None)


def drop(owed: QuerySet[Delivery], *, reason: str) -> list[Delivery]:
    """Drop what has not been tried and what was refused; gives what was dropped."""
    dropped = list(owed.select_for_update(of=("self",)))
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in dropped]).update(
        state="dropped", next_attempt_at=None, last_error=reason
    )
    return dropped


def insert_turn(alert: Alert, step: Step, routes: Collection[Route], now: datetime) -> None:
    """One more turn of the alert, along these routes."""
    alert.turn += 1
    alert.save(update_fields=["turn"])
    insert(alert, step, alert.turn, routes, now)


def insert(alert: Alert, step: Step, turn: int, routes: Collection[Route], now: datetime) -> None:
    """Deliveries of one turn; those due are nudged after the commit, the others found by the sweep.

    One that is there already stays as it is.
    """
    release = released_at(alert=alert, user_ids={route.recipient.user_id for route in routes}, now=now)
    owed = [
        Delivery(
            patient_id=alert.patient_id,
            alert=alert,
            turn=turn,
            step=step,
            recipient_id=route.recipient.user_id,
            caregiver_id=route.recipient.caregiver_id,
            channel=route.channel,
            endpoint=route.endpoint,
            created_at=now,
            next_attempt_at=release[route.recipient.user_id],
        )
        for route in routes
    ]
    Delivery.objects.bulk_create(owed, ignore_conflicts=True)
    nudge_after_commit(delivery for delivery in owed if delivery.next_attempt_at == now)


def nudge_after_commit(deliveries: Iterable[Delivery]) -> None:
    """Say after the commit that there is something to send, each to be taken up by whoever is free."""
    for delivery in deliveries:
        queue = CHANNELS[delivery.channel].queue
        transaction.on_commit(partial(nudge, "alerts.tasks.deliver", delivery.pk, queue=queue))


def route_of(delivery: Delivery) -> Route:
    """The way a delivery takes."""
    return Route(Recipient(delivery.recipient_id, delivery.caregiver_id), delivery.channel, delivery.endpoint)


def _lock(alert: Alert) -> None:
    """The alert before its deliveries, in this order everywhere: a failing delivery looks at its neighbours too."""
    Alert.objects.select_for_update(no_key=True).only("pk").get(pk=alert.pk)
