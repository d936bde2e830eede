"""What becomes of a message that is not sent now: dropped, held back until a time, held for a slot, or given up."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import structlog
from django.db import transaction

from alerts.delivery.held_back import released_at
from alerts.delivery.next_channel import follow, try_other_ways
from alerts.delivery.worth_sending import reason_to_drop
from alerts.measures import DELIVERIES
from alerts.models import Delivery
from alerts.models.delivery import dropped_for
from alerts.outbound.slots import HELD_FOR, Hold

HELD: Final[Mapping[str, str]] = {
    "receiver": "the receiver is busy",
    "account": "too many messages to this person's own servers and browsers at once",
    "unproved": "nothing has been delivered there yet: waiting for its turn",
    "circuit": "the receiver does not answer",
}
"""What people are told of a delivery that is held."""

_log = structlog.get_logger(__name__)


def dropped_for_good(delivery: Delivery, now: datetime) -> bool:
    """Whether there is a reason not to send it any more; then it is dropped."""
    reason = reason_to_drop(delivery, now=now)
    if reason is None:
        return False
    _settle(delivery, **dropped_for(reason))
    if reason == "unsubscribed":
        transaction.on_commit(lambda: follow(delivery_id=delivery.pk, now=now))
    return True


def held_back(delivery: Delivery, now: datetime) -> bool:
    """Whether quiet hours or a snooze hold it back; then it is due when they end, in a message of its own."""
    release = released_at(alert=delivery.alert, step=delivery.step, user_ids=[delivery.recipient_id], now=now)
    until = release[delivery.recipient_id]
    if until <= now:
        return False
    delivery.message = delivery.pk
    _put_off(delivery, until, delivery.last_error)
    return True


def hold_for_slot(ready: Sequence[Delivery], receiver: str, hold: Hold, now: datetime) -> None:
    """Keep it until there is a slot.

    What is pressing goes other ways when its receiver does not answer, or it has waited in vain once already.
    """
    waited = any(delivery.held_since and delivery.held_since <= now - HELD_FOR for delivery in ready)
    for delivery in ready:
        delivery.receiver, delivery.held, delivery.held_since = receiver, hold.why, delivery.held_since or now
        _put_off(delivery, hold.until, HELD[hold.why])
    if hold.why == "circuit" or waited:
        first = ready[0].pk
        transaction.on_commit(lambda: try_other_ways(delivery_id=first, now=now))


def give_up(deliveries: Sequence[Delivery], reason: str, now: datetime) -> None:
    """It failed for good; another channel may follow."""
    for delivery in deliveries:
        delivery.follow_up_at = now  # should this worker die before it follows, the sweep does
        _settle(delivery, state="failed", next_attempt_at=None, last_error=reason)
    first = deliveries[0].pk
    transaction.on_commit(lambda: follow(delivery_id=first, now=now))


def _put_off(delivery: Delivery, until: datetime, why: str) -> None:
    delivery.state, delivery.next_attempt_at, delivery.last_error = "owed", until, why
    delivery.save()


def _settle(delivery: Delivery, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(delivery, name, value)
    delivery.save()
    DELIVERIES.labels(delivery.channel, delivery.state).inc()
    _log.info("not sent", delivery=str(delivery.pk), state=delivery.state, reason=delivery.last_error)
