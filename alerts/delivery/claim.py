"""Whose turn it is: which messages may be sent now, and taking one under a lease.

A message is one delivery, or several of one person and endpoint that a single write raised. `attempts` is counted at
the claim and tells one lease from the next: a worker that comes back after its lease ended records nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from alerts.channels import CHANNELS, Endpoint
from alerts.delivery.held_back import released_at
from alerts.delivery.next_channel import follow, try_other_ways
from alerts.delivery.outbox import DROPPED_AS, MAY_BE_TOLD, SENT_WHILE
from alerts.delivery.routes import EMAIL
from alerts.delivery.unsubscribed import unsubscribed_from_mail
from alerts.locks import claim_deliveries
from alerts.models import Delivery, OutboundCall
from alerts.models.delivery import UNSETTLED, DropReason, dropped_for
from alerts.outbound.slots import HELD_FOR, Hold, take_slot
from alerts.rules.registry import RULES
from alerts.rules.tiers import Tier
from diary.models import User

LEASE: Final = timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
"""Longer than sending may take (`alerts.delivery.send.SENDING_SECONDS`), so that no two workers send the same at
once."""

HELD: Final[Mapping[str, str]] = {
    "receiver": "the receiver is busy",
    "account": "too many messages to this person's own servers and browsers at once",
    "unproved": "nothing has been delivered there yet: waiting for its turn",
    "circuit": "the receiver does not answer",
}
"""What people are told of a delivery that is held."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours to send until `LEASE` is over, and where to; the most severe delivery leads it.

    Its links are good for `links_epoch`, the recipient's when it was claimed. `call` is the slot that it took where
    the endpoint is someone's own server.
    """

    deliveries: Sequence[Delivery]
    endpoint: Endpoint
    links_epoch: int
    call: OutboundCall | None = None

    @property
    def lead(self) -> Delivery:
        """The delivery that the message is about first."""
        return self.deliveries[0]

    @property
    def lease(self) -> QuerySet[Delivery]:
        """The deliveries as long as they are still ours."""
        ids = [delivery.pk for delivery in self.deliveries]
        return Delivery.objects.filter(pk__in=ids, state="sending", attempts=self.lead.attempts)


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


@transaction.atomic
def claimed(*, delivery_id: UUID, now: datetime) -> Claim | None:
    """Take the lease of the message that a delivery is in, as far as there is a reason to send it.

    A delivery that is not to be sent any more is settled permanently. None when nothing is left to send, when it is not
    due, or when someone else has a part of it in hand.
    """
    due = _locked(delivery_id, now)
    for delivery in due:
        delivery.unconfirmed |= delivery.state == "sending"  # its worker was never heard of again
    living = [delivery for delivery in due if not _settled_for_good(delivery, now)]
    ready = [delivery for delivery in living if not _held(delivery, now)]
    links_epoch = _links_epoch(ready[0]) if ready else 0  # before the address: no later count goes to an older one
    endpoint = _endpoint(ready[0]) if ready else None
    if not ready or endpoint is None or _is_given_up(ready, now):
        _fail(ready, "no verified address" if endpoint is None else "given up", now)
        return None
    call = _call(ready[0], endpoint, now)
    if call is not None and (hold := take_slot(call, now=now)) is not None:
        _hold(ready, call.receiver, hold, now)
        return None
    attempts = max(delivery.attempts for delivery in ready) + 1
    for delivery in ready:
        delivery.state, delivery.attempts, delivery.next_attempt_at = "sending", attempts, now + LEASE
        delivery.links_epoch, delivery.linked_at = links_epoch, now
        delivery.receiver, delivery.held, delivery.held_since = endpoint.receiver, "", None
        delivery.save()
    return Claim(sorted(ready, key=_severity, reverse=True), endpoint, links_epoch, call)


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


def _locked(delivery_id: UUID, now: datetime) -> list[Delivery]:
    """The due deliveries of the message, locked; none while any waits for an earlier turn or someone has it.

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


def _severity(delivery: Delivery) -> tuple[int, int]:
    """By the tier it is sent as, then by the rule's own: a late emergency leads what can wait."""
    rule = RULES.get(delivery.alert.rule)
    return Tier(delivery.alert.tier).rank, rule.tier.rank if rule else 0


def _settled_for_good(delivery: Delivery, now: datetime) -> bool:
    """Whether there is a reason not to send it any more; then it is settled."""
    reason = _reason_to_drop(delivery)
    if reason is None:
        return False
    _settle(delivery, **dropped_for(reason))
    if reason == "unsubscribed":
        transaction.on_commit(lambda: follow(delivery_id=delivery.pk, now=now))
    return True


def _held(delivery: Delivery, now: datetime) -> bool:
    """Whether quiet hours or a snooze hold it back; then it is due when they end, in a message of its own."""
    release = released_at(alert=delivery.alert, step=delivery.step, user_ids=[delivery.recipient_id], now=now)
    until = release[delivery.recipient_id]
    if until <= now:
        return False
    delivery.message = delivery.pk
    _put_off(delivery, until, delivery.last_error)
    return True


def _put_off(delivery: Delivery, until: datetime, why: str) -> None:
    delivery.state, delivery.next_attempt_at, delivery.last_error = "owed", until, why
    delivery.save()


def _call(delivery: Delivery, endpoint: Endpoint, now: datetime) -> OutboundCall | None:
    """The slot to take; none where it goes to a server of our choice."""
    if not endpoint.receiver:
        return None
    return OutboundCall(
        id=delivery.pk,
        account=delivery.recipient_id,
        receiver=endpoint.receiver,
        unproved=not endpoint.proved,
        until=now + LEASE,
    )


def _hold(ready: Sequence[Delivery], receiver: str, hold: Hold, now: datetime) -> None:
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


def _is_given_up(ready: Sequence[Delivery], now: datetime) -> bool:
    """Whether it was tried as often as it may be, or held for as long as all its attempts would take."""
    retries = CHANNELS[ready[0].channel].retries
    held_since = min((delivery.held_since for delivery in ready if delivery.held_since), default=now)
    return max(delivery.attempts for delivery in ready) > len(retries) or now > held_since + sum(retries, timedelta())


def _fail(deliveries: Sequence[Delivery], reason: str, now: datetime) -> None:
    for delivery in deliveries:
        delivery.follow_up_at = now  # should this worker die before it follows, the sweep does
        _settle(delivery, state="failed", next_attempt_at=None, last_error=reason)
    if deliveries:
        first = deliveries[0].pk
        transaction.on_commit(lambda: follow(delivery_id=first, now=now))


def _links_epoch(delivery: Delivery) -> int:
    return User.objects.values_list("links_epoch", flat=True).get(pk=delivery.recipient_id)


def _endpoint(delivery: Delivery) -> Endpoint | None:
    """Where it goes, as verified now; None when the person took that back."""
    return CHANNELS[delivery.channel].endpoint(delivery.recipient_id, delivery.endpoint)


def _reason_to_drop(delivery: Delivery) -> DropReason | None:
    """Why nothing is sent any more: looked at when it would be sent, not when it came to be owed."""
    if not _consents(delivery):
        return "no_consent"
    if delivery.alert.state not in SENT_WHILE[delivery.step]:
        return DROPPED_AS[delivery.alert.state]
    if delivery.channel == EMAIL and _unsubscribed(delivery):
        return "unsubscribed"
    turns = turns_to_the_same(delivery)
    if turns.filter(turn__gt=delivery.turn).exists():
        return "superseded"
    return "never_told" if _is_about_nothing(delivery) else None


def _is_about_nothing(delivery: Delivery) -> bool:
    """Whether it is the sequel to a message that did not arrive after all."""
    if delivery.step == "withdrawn":
        heard = turns_to_the_same(delivery)
    elif delivery.step == "acknowledged":
        heard = Delivery.objects.filter(alert=delivery.alert_id, recipient=delivery.recipient_id)
    else:
        return False
    return not heard.filter(MAY_BE_TOLD, turn__lt=delivery.turn).exists()


def _consents(delivery: Delivery) -> bool:
    if delivery.caregiver is None:
        return delivery.recipient_id == delivery.alert.patient.user_id
    return delivery.caregiver.state == "accepted" and delivery.caregiver.user_id == delivery.recipient_id


def _unsubscribed(delivery: Delivery) -> bool:
    user = delivery.recipient_id
    return user in unsubscribed_from_mail(patient_id=delivery.patient_id, tier=delivery.alert.tier, user_ids=[user])


def _settle(delivery: Delivery, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(delivery, name, value)
    delivery.save()
    _log.info("not sent", delivery=str(delivery.pk), state=delivery.state, reason=delivery.last_error)
