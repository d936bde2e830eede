"""What follows when a way to a person leads nowhere: the next channel of their choice, as part of the same telling.

A way leads nowhere when it is exhausted, or when the person has not looked at what it brought after a while, on
channels that can tell. While another way of the same telling may still reach them nothing follows.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from alerts.channels import CHANNELS
from alerts.delivery.outbox import SENT_WHILE, Turn, insert
from alerts.delivery.recipients import Recipient
from alerts.delivery.routes import next_routes, other_routes
from alerts.locks import hold_alerts
from alerts.models import Alert, Delivery
from alerts.rules.tiers import Tier


def unseen_deliveries(*, now: datetime) -> QuerySet[Delivery]:
    """What was sent long enough ago to be seen and was not, the longest waiting first."""
    return Delivery.objects.filter(follow_up_at__lte=now).order_by("follow_up_at", "pk")


@transaction.atomic
def follow(*, delivery_id: UUID, now: datetime) -> None:
    """Owe the next way to the person whose message led nowhere, as far as there is one and it is worth sending."""
    message = Delivery.objects.filter(message__in=Delivery.objects.filter(pk=delivery_id).values("message"))
    hold_alerts(Alert.objects.filter(deliveries__in=message).distinct())
    failed = [one for one in message.select_related("alert", "caregiver").order_by("pk") if _led_nowhere(one, now)]
    Delivery.objects.filter(pk__in=[one.pk for one in failed], follow_up_at__lte=now).update(follow_up_at=None)
    insert([turn for delivery in failed if (turn := _next_way(delivery))], now)


@transaction.atomic
def try_other_ways(*, delivery_id: UUID, now: datetime) -> None:
    """While the server behind a pressing message does not answer: owe it through the person's other channels as well.

    Email is one of them even where they did not choose it. What was tried already is not owed again.
    """
    message = Delivery.objects.filter(message__in=Delivery.objects.filter(pk=delivery_id).values("message"))
    hold_alerts(Alert.objects.filter(deliveries__in=message).distinct())
    pressing = [
        one
        for one in message.select_related("alert", "caregiver").order_by("pk")
        if Tier(one.alert.tier).is_pressing and CHANNELS[one.channel].personal
    ]
    insert([turn for delivery in pressing if (turn := _other_ways(delivery))], now)


def _other_ways(delivery: Delivery) -> Turn | None:
    alert = delivery.alert
    if alert.state not in SENT_WHILE[delivery.step] or delivery.step == "withdrawn":
        return None
    mine = Delivery.objects.filter(alert=alert, recipient_id=delivery.recipient_id, turn__gte=delivery.turn)
    tried = {one.channel for one in mine if one.state != "failed"}
    recipient = Recipient(delivery.recipient_id, delivery.caregiver_id)
    return Turn(alert, delivery.step, delivery.turn, other_routes(alert=alert, recipient=recipient, tried=tried))


def _led_nowhere(delivery: Delivery, now: datetime) -> bool:
    unseen = delivery.follow_up_at is not None and delivery.follow_up_at <= now
    return unseen or delivery.state == "failed" or delivery.drop_reason == "unsubscribed"


def _next_way(delivery: Delivery) -> Turn | None:
    alert = delivery.alert
    if alert.state not in SENT_WHILE[delivery.step] or delivery.step == "withdrawn":
        return None
    mine = Delivery.objects.filter(alert=alert, recipient_id=delivery.recipient_id, turn__gte=delivery.turn)
    if any(_may_reach(one) for one in mine):
        return None
    recipient = Recipient(delivery.recipient_id, delivery.caregiver_id)
    personal = [one for one in mine if CHANNELS[one.channel].personal]
    all_failed = all(one.state == "failed" for one in personal)
    tried = {one.channel for one in mine}
    routes = next_routes(alert=alert, recipient=recipient, tried=tried, all_failed=all_failed)
    return Turn(alert, delivery.step, delivery.turn, routes)


def _may_reach(delivery: Delivery) -> bool:
    """Whether the person may still learn of the alert through it, or has."""
    channel = CHANNELS[delivery.channel]
    if not channel.personal:
        return False
    if delivery.state != "sent":
        return delivery.state in ("owed", "sending")
    return channel.unseen_after is None or delivery.opened_at is not None or delivery.follow_up_at is not None
