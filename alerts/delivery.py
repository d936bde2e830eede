"""Sending what is owed: claimed under a lease, sent outside any transaction, then recorded.

A worker that dies in between leaves the lease behind; when it ends, somebody sends again under the same reference, by
which the receiver knows the copy. `attempts` is counted at the claim and tells one lease from the next: a worker that
comes back after its lease ended records nothing.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from alerts.channels import CHANNELS, ChannelError, Endpoint
from alerts.messages.letter import Telling, letter
from alerts.models import Delivery
from alerts.models.delivery import UNSETTLED
from alerts.nudging import nudge
from alerts.rules.tiers import Tier

LEASE: Final = timedelta(seconds=60)
"""Longer than sending may take (`SENDING_SECONDS`), so that no two workers send the same at once."""
SENDING_SECONDS: Final = 50
JITTER: Final = 0.1
"""Retries are spread by a tenth either way, so that they do not all meet a server that has just come back."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours to send until `LEASE` is over: to whom, and all that the letter says."""

    delivery_id: UUID
    turn: int
    attempt: int
    channel: str
    endpoint: Endpoint
    telling: Telling


def deliver(*, delivery_id: UUID, now: datetime) -> None:
    """Claim the delivery, send it, record what came of it. Nothing happens when it is not due or somebody has it."""
    claim = _claimed(delivery_id, now)
    if claim is None:
        return
    try:
        provider_id = CHANNELS[claim.channel].send(letter(claim.telling), claim.endpoint)
    except ChannelError as error:
        _record_failure(claim, error, now)
    else:
        _record(claim, state="sent", sent_at=now, provider_id=provider_id, next_attempt_at=None, last_error="")
        _log.info("delivered", delivery=str(claim.delivery_id), attempt=claim.attempt)
    _nudge_next_turn(claim.delivery_id, now)


def due_deliveries(*, now: datetime) -> QuerySet[Delivery]:
    """What may be sent now, the longest due first: no earlier turn to the same person and channel is unsettled."""
    earlier = Delivery.objects.filter(
        alert=OuterRef("alert"),
        recipient=OuterRef("recipient"),
        channel=OuterRef("channel"),
        turn__lt=OuterRef("turn"),
        state__in=UNSETTLED,
    )
    due = Delivery.objects.filter(next_attempt_at__lte=now, state__in=UNSETTLED)
    return due.exclude(Exists(earlier)).order_by("next_attempt_at", "pk")


def _claimed(delivery_id: UUID, now: datetime) -> Claim | None:
    """Take the lease, unless there is a reason not to send at all any more: then the delivery is settled for good."""
    with transaction.atomic():
        waiting = due_deliveries(now=now).filter(pk=delivery_id).select_related("alert__patient__user", "caregiver")
        delivery = waiting.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
        if delivery is None:
            return None
        delivery.unconfirmed |= delivery.state == "sending"  # its worker was never heard of again
        channel = CHANNELS[delivery.channel]
        endpoint = next((one for one in channel.endpoints(delivery.recipient_id) if one.id == delivery.endpoint), None)
        reason = _reason_to_drop(delivery)
        if reason is not None:
            _settle(delivery, "dropped", reason)
        elif endpoint is None or delivery.attempts > len(channel.retries):
            _settle(delivery, "failed", "no verified address" if endpoint is None else "given up")
        else:
            delivery.state, delivery.attempts = "sending", delivery.attempts + 1
            delivery.next_attempt_at = now + LEASE
            delivery.save()
            return Claim(delivery.pk, delivery.turn, delivery.attempts, delivery.channel, endpoint, _telling(delivery))
    return None


def _reason_to_drop(delivery: Delivery) -> str | None:
    """Why nothing is sent any more: looked at when it would be sent, not when it came to be owed."""
    if not _consents(delivery):
        return "no consent"
    if delivery.step != "withdrawn" and delivery.alert.state != "open":
        return f"alert {delivery.alert.state}"
    turns = _turns_to_the_same(Delivery.objects.filter(pk=delivery.pk))
    if turns.filter(turn__gt=delivery.turn).exists():
        return "superseded"
    if delivery.step != "withdrawn":
        return None
    told = Q(state="sent") | Q(unconfirmed=True)
    return None if turns.filter(told, turn__lt=delivery.turn).exists() else "never told"


def _consents(delivery: Delivery) -> bool:
    if delivery.caregiver is None:
        return delivery.recipient_id == delivery.alert.patient.user_id
    return delivery.caregiver.state == "accepted" and delivery.caregiver.user_id == delivery.recipient_id


def _settle(delivery: Delivery, state: str, reason: str) -> None:
    delivery.state, delivery.next_attempt_at, delivery.last_error = state, None, reason
    delivery.save()
    _log.info("not delivered", delivery=str(delivery.pk), state=state, reason=reason)


def _telling(delivery: Delivery) -> Telling:
    alert, patient, caregiver = delivery.alert, delivery.alert.patient, delivery.caregiver
    return Telling(
        delivery=delivery.pk,
        alert=alert.pk,
        patient=patient.pk,
        kind=delivery.step,
        created_at=delivery.created_at,
        rule=alert.rule,
        tier=Tier(alert.tier),
        last_day=alert.last_day,
        days=len(alert.evidence["days"]) if caregiver is None or caregiver.level != "alerts" else None,
        region=patient.region,
        whose=None if caregiver is None else patient.user.get_full_name(),
        language=patient.language or "en",
    )


def _record_failure(claim: Claim, error: ChannelError, now: datetime) -> None:
    """Final when the receiver says so or patience is over; else the next attempt is set."""
    retries = CHANNELS[claim.channel].retries
    if error.unconfirmed:
        _record(claim, unconfirmed=True)
    this = Delivery.objects.filter(pk=claim.delivery_id)
    if error.permanent or claim.attempt > len(retries):
        _record(claim, state="failed", next_attempt_at=None, last_error=error.detail)
    elif _turns_to_the_same(this).filter(turn__gt=claim.turn).exists():  # which must not wait for our retries
        _record(claim, state="dropped", next_attempt_at=None, last_error="superseded")
    else:
        wait = retries[claim.attempt - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 not a secret
        wait = max(wait, error.retry_after or timedelta())
        _record(claim, state="owed", next_attempt_at=now + wait, last_error=error.detail)
    _log.warning("delivery failed", delivery=str(claim.delivery_id), attempt=claim.attempt, error=error.detail)


def _record(claim: Claim, **values: object) -> None:
    """Write down what came of the attempt, if it is still ours."""
    Delivery.objects.filter(pk=claim.delivery_id, state="sending", attempts=claim.attempt).update(**values)


def _nudge_next_turn(delivery_id: UUID, now: datetime) -> None:
    """What waited for this delivery to be settled may go now."""
    turns = _turns_to_the_same(Delivery.objects.filter(pk=delivery_id))
    for waiting in due_deliveries(now=now).filter(pk__in=turns).values_list("pk", flat=True):
        nudge("alerts.tasks.deliver", waiting)


def _turns_to_the_same(this: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """All tellings of an alert to the person and channel of one of them."""
    same = {name: this.values(name) for name in ("alert", "recipient", "channel")}
    return Delivery.objects.filter(**{f"{name}__in": values for name, values in same.items()})
