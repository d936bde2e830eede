"""What follows when a way to a person leads nowhere: the next channel of their choice, as part of the same telling.

A way leads nowhere when it is exhausted, or when the person has not looked at what it brought after a while, on
channels that can tell. While another way of the same telling may still reach them nothing follows.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from alerts.channels import CHANNELS
from alerts.models import Alert, Delivery
from alerts.outbox import insert
from alerts.recipients import Recipient
from alerts.routing import next_routes


def unseen_deliveries(*, now: datetime) -> QuerySet[Delivery]:
    """What was sent long enough ago to be seen and was not, the longest waiting first."""
    return Delivery.objects.filter(follow_up_at__lte=now).order_by("follow_up_at", "pk")


@transaction.atomic
def follow(*, delivery_id: UUID, now: datetime) -> None:
    """Owe the next way to the person of a delivery that led nowhere, if there is one and the alert is still open."""
    alert = Alert.objects.select_for_update(no_key=True).filter(deliveries=delivery_id).first()
    delivery = Delivery.objects.select_related("caregiver").filter(pk=delivery_id).first()
    if alert is None or delivery is None:
        return
    Delivery.objects.filter(pk=delivery_id, follow_up_at__lte=now).update(follow_up_at=None)
    if alert.state != "open" or delivery.step == "withdrawn":
        return
    mine = Delivery.objects.filter(alert=alert, recipient_id=delivery.recipient_id, turn__gte=delivery.turn)
    if any(_may_reach(one) for one in mine):
        return
    recipient = Recipient(delivery.recipient_id, delivery.caregiver_id)
    routes = next_routes(alert=alert, recipient=recipient, tried={one.channel for one in mine})
    insert(alert, delivery.step, delivery.turn, routes, now)  # type: ignore[arg-type] # the constraint knows the words


def _may_reach(delivery: Delivery) -> bool:
    """Whether the person may still learn of the alert through it, or has."""
    channel = CHANNELS[delivery.channel]
    if not channel.personal:
        return False
    if delivery.state != "sent":
        return delivery.state in ("owed", "sending")
    return channel.unseen_after is None or delivery.opened_at is not None or delivery.follow_up_at is not None
