"""Turns: messages about one alert to one endpoint go out one after another, in the order in which they were owed."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from alerts.locks import claim_message, claimed_deliveries
from alerts.models import Delivery
from alerts.models.delivery import UNSETTLED
from diary.statements import PreparedQuery, ask, one_trip

_DUE: Final = """
    SELECT id, EXISTS (
        SELECT FROM alerts_delivery earlier
        WHERE earlier.alert_id = one.alert_id AND earlier.recipient_id = one.recipient_id
            AND earlier.channel = one.channel AND earlier.endpoint = one.endpoint
            AND earlier.turn < one.turn AND earlier.state = ANY(%(unsettled)s)
    )
    FROM alerts_delivery one WHERE message = (SELECT message FROM alerts_delivery WHERE id = %(delivery)s)
        AND next_attempt_at <= %(now)s AND state = ANY(%(unsettled)s)
"""
_ITS_OWN: Final = [field.name for field in Delivery._meta.concrete_fields]
_LOOKED_AT: Final = (
    "alert__rule", "alert__tier", "alert__state", "alert__opened_at", "alert__patient__user",
    "alert__patient__paused_until", "caregiver__state", "caregiver__user", "caregiver__level", "recipient__links_epoch",
)  # fmt: skip
"""What decides whether and how a message is sent; what it says is read afterwards."""


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
    with one_trip():
        is_ours = claim_message(delivery_id)
        due = ask(_DUE, {"delivery": delivery_id, "now": now, "unsettled": UNSETTLED})
    waits: dict[UUID, bool] = dict(due())
    if not waits or not is_ours() or any(waits.values()):
        return []
    locked = [one for one in _CLAIMED.fetch(delivery_id=delivery_id, now=now) if one.pk in waits]
    return locked if len(locked) == len(waits) else []


def _claimed(delivery_id: UUID, now: datetime) -> QuerySet[Delivery]:
    same_message = Subquery(Delivery.objects.filter(pk=delivery_id).values("message"))
    due = _unsettled(now).filter(message=same_message).select_related("alert__patient", "caregiver", "recipient")
    return claimed_deliveries(due.only(*_ITS_OWN, *_LOOKED_AT))


_CLAIMED: Final = PreparedQuery(_claimed, delivery_id=UUID, now=datetime)


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
