"""Turns: messages about one alert to one endpoint go out one after another, in the order in which they were owed."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from alerts.locks import claim_deliveries
from alerts.models import Delivery
from alerts.models.delivery import UNSETTLED


def due_deliveries(*, now: datetime) -> QuerySet[Delivery]:
    """What may be sent now, the longest due first: no earlier turn to the same endpoint is unsettled."""
    return _unsettled(now).exclude(Exists(_earlier_turns())).order_by("next_attempt_at", "pk")


def turns_to_the_same(delivery: Delivery) -> QuerySet[Delivery]:
    """All tellings of its alert to its endpoint."""
    return Delivery.objects.filter(
        alert_id=delivery.alert_id,
        recipient_id=delivery.recipient_id,
        channel=delivery.channel,
        endpoint=delivery.endpoint,
    )


def claimed_message(*, delivery_id: UUID, now: datetime) -> list[Delivery]:
    """The due deliveries of the message that a delivery is in, held.

    None while any of them waits for an earlier turn, or somebody has it.

    The first row of a message stands for all of it, so that two workers never take a part each.
    """
    message = Delivery.objects.filter(message__in=Delivery.objects.filter(pk=delivery_id).values("message"))
    first = message.order_by("pk").values("pk")[:1]
    if not claim_deliveries(Delivery.objects.only("pk").filter(pk__in=first)):
        return []
    due = _unsettled(now).filter(pk__in=message)
    if due.filter(Exists(_earlier_turns())).exists():
        return []
    locked = claim_deliveries(due.select_related("alert__patient__user", "caregiver"))
    return locked if len(locked) == due.count() else []


def _unsettled(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(next_attempt_at__lte=now, state__in=UNSETTLED)


def _earlier_turns() -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        alert=OuterRef("alert"),
        recipient=OuterRef("recipient"),
        channel=OuterRef("channel"),
        endpoint=OuterRef("endpoint"),
        turn__lt=OuterRef("turn"),
        state__in=UNSETTLED,
    )
