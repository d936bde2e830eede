"""Whose turn it is: which deliveries may be sent now, and taking one under a lease.

`attempts` is counted at the claim and tells one lease from the next: a worker that comes back after its lease ended
records nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from alerts.channels import CHANNELS, Endpoint
from alerts.channels.channel import BUSY, BUSY_FOR
from alerts.following import follow
from alerts.holding import released_at
from alerts.models import Delivery
from alerts.models.delivery import UNSETTLED
from alerts.outbox import MAY_BE_TOLD
from alerts.routing import EMAIL
from alerts.unwanted_mail import UNSUBSCRIBED, unsubscribed_from_mail

LEASE: Final = timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
"""Longer than sending may take (`alerts.delivery.SENDING_SECONDS`), so that no two workers send the same at once."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours to send until `LEASE` is over, and where to."""

    delivery: Delivery
    endpoint: Endpoint

    @property
    def lease(self) -> QuerySet[Delivery]:
        """The delivery as long as it is still ours."""
        return Delivery.objects.filter(pk=self.delivery.pk, state="sending", attempts=self.delivery.attempts)


def due_deliveries(*, now: datetime) -> QuerySet[Delivery]:
    """What may be sent now, the longest due first: no earlier turn to the same endpoint is unsettled."""
    earlier = Delivery.objects.filter(
        alert=OuterRef("alert"),
        recipient=OuterRef("recipient"),
        channel=OuterRef("channel"),
        endpoint=OuterRef("endpoint"),
        turn__lt=OuterRef("turn"),
        state__in=UNSETTLED,
    )
    due = Delivery.objects.filter(next_attempt_at__lte=now, state__in=UNSETTLED)
    return due.exclude(Exists(earlier)).order_by("next_attempt_at", "pk")


def turns_to_the_same(delivery: Delivery) -> QuerySet[Delivery]:
    """All tellings of its alert to its endpoint."""
    return Delivery.objects.filter(
        alert_id=delivery.alert_id,
        recipient_id=delivery.recipient_id,
        channel=delivery.channel,
        endpoint=delivery.endpoint,
    )


@transaction.atomic
def claimed(*, delivery_id: UUID, now: datetime) -> Claim | None:
    """Take the lease, unless there is a reason not to send at all any more: then the delivery is settled for good."""
    waiting = due_deliveries(now=now).filter(pk=delivery_id).select_related("alert__patient__user", "caregiver")
    delivery = waiting.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if delivery is None:
        return None
    delivery.unconfirmed |= delivery.state == "sending"  # its worker was never heard of again
    endpoint = _endpoint(delivery)
    reason = _reason_to_drop(delivery)
    release = released_at(alert=delivery.alert, user_ids=[delivery.recipient_id], now=now)[delivery.recipient_id]
    if reason is not None:
        _settle(delivery, "dropped", reason)
        if reason == UNSUBSCRIBED:
            transaction.on_commit(lambda: follow(delivery_id=delivery.pk, now=now))
    elif release > now:
        delivery.state, delivery.next_attempt_at = "owed", release
        delivery.save()
    elif endpoint is None or delivery.attempts > len(CHANNELS[delivery.channel].retries):
        delivery.follow_up_at = now  # should this worker die before it follows, the sweep does
        _settle(delivery, "failed", "no verified address" if endpoint is None else "given up")
        transaction.on_commit(lambda: follow(delivery_id=delivery.pk, now=now))
    elif CHANNELS[delivery.channel].is_busy(endpoint, now=now):
        delivery.state, delivery.next_attempt_at, delivery.last_error = "owed", now + BUSY_FOR, BUSY
        delivery.save()
    else:
        delivery.state, delivery.attempts = "sending", delivery.attempts + 1
        delivery.next_attempt_at = now + LEASE
        delivery.save()
        return Claim(delivery, endpoint)
    return None


def _endpoint(delivery: Delivery) -> Endpoint | None:
    """Where it goes, as verified now; None when the person took that back."""
    endpoints = CHANNELS[delivery.channel].endpoints(delivery.recipient_id)
    return next((endpoint for endpoint in endpoints if endpoint.id == delivery.endpoint), None)


def _reason_to_drop(delivery: Delivery) -> str | None:
    """Why nothing is sent any more: looked at when it would be sent, not when it came to be owed."""
    if not _consents(delivery):
        return "no consent"
    if delivery.step != "withdrawn" and delivery.alert.state != "open":
        return f"alert {delivery.alert.state}"
    if delivery.channel == EMAIL and _unsubscribed(delivery):
        return UNSUBSCRIBED
    turns = turns_to_the_same(delivery)
    if turns.filter(turn__gt=delivery.turn).exists():
        return "superseded"
    if delivery.step != "withdrawn":
        return None
    return None if turns.filter(MAY_BE_TOLD, turn__lt=delivery.turn).exists() else "never told"


def _consents(delivery: Delivery) -> bool:
    if delivery.caregiver is None:
        return delivery.recipient_id == delivery.alert.patient.user_id
    return delivery.caregiver.state == "accepted" and delivery.caregiver.user_id == delivery.recipient_id


def _unsubscribed(delivery: Delivery) -> bool:
    user = delivery.recipient_id
    return user in unsubscribed_from_mail(patient_id=delivery.patient_id, tier=delivery.alert.tier, user_ids=[user])


def _settle(delivery: Delivery, state: str, reason: str) -> None:
    delivery.state, delivery.next_attempt_at, delivery.last_error = state, None, reason
    delivery.save()
    _log.info("not delivered", delivery=str(delivery.pk), state=state, reason=reason)
