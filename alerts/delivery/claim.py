"""Taking a message that is due under a lease, so that one worker sends it.

A message is one delivery, or several of one person and endpoint that a single write raised. `attempts` is counted at
the claim and tells one lease from the next: a worker that comes back after its lease ended records nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from alerts.channels import CHANNELS, Endpoint
from alerts.delivery.not_sent import dropped_for_good, give_up, held_back, hold_for_slot
from alerts.delivery.turns import claimed_message
from alerts.models import Delivery, OutboundCall
from alerts.outbound.slots import take_slot
from alerts.rules.registry import RULES
from alerts.rules.tiers import Tier
from diary.statements import in_few_trips

LEASE: Final = timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
"""Longer than sending may take (`alerts.delivery.send.SENDING_SECONDS`), so that no two workers send the same at
once."""
_OF_A_LEASE: Final = (
    "state", "attempts", "next_attempt_at", "unconfirmed", "links_epoch", "linked_at", "receiver", "held", "held_since",
)  # fmt: skip


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


@in_few_trips()
def claimed(*, delivery_id: UUID, now: datetime) -> Claim | None:
    """Take the lease of the message that a delivery is in, as far as there is a reason to send it.

    A delivery that is not to be sent any more is settled permanently. None when nothing is left to send, when it is not
    due, or when someone else has a part of it in hand.
    """
    due = claimed_message(delivery_id=delivery_id, now=now)
    for delivery in due:
        delivery.unconfirmed |= delivery.state == "sending"  # its worker was never heard of again
    living = [delivery for delivery in due if not dropped_for_good(delivery, now)]
    ready = [delivery for delivery in living if not held_back(delivery, now)]
    if not ready:
        return None
    links_epoch = ready[0].recipient.links_epoch  # read before the address: no later count goes to an older one
    endpoint = _endpoint(ready[0])
    if endpoint is None:
        give_up(ready, "no verified address", now)
        return None
    if _was_tried_enough(ready, now):
        give_up(ready, "given up", now)
        return None
    call = _call(ready[0], endpoint, now)
    if call is not None and (hold := take_slot(call, now=now)) is not None:
        hold_for_slot(ready, call.receiver, hold, now)
        return None
    claim = Claim(sorted(ready, key=_severity, reverse=True), endpoint, links_epoch, call)
    _begin_lease(claim, now)
    return claim


def _begin_lease(claim: Claim, now: datetime) -> None:
    attempts = max(delivery.attempts for delivery in claim.deliveries) + 1
    for delivery in claim.deliveries:
        delivery.state, delivery.attempts, delivery.next_attempt_at = "sending", attempts, now + LEASE
        delivery.links_epoch, delivery.linked_at = claim.links_epoch, now
        delivery.receiver, delivery.held, delivery.held_since = claim.endpoint.receiver, "", None
        delivery.save(update_fields=_OF_A_LEASE)


def _was_tried_enough(ready: Sequence[Delivery], now: datetime) -> bool:
    """Whether it was tried as often as it may be, or held for as long as all its attempts would take."""
    retries = CHANNELS[ready[0].channel].retries
    held_since = min((delivery.held_since for delivery in ready if delivery.held_since), default=now)
    return max(delivery.attempts for delivery in ready) > len(retries) or now > held_since + sum(retries, timedelta())


def _endpoint(delivery: Delivery) -> Endpoint | None:
    """Where it goes, as verified now; None when the person took that back."""
    return CHANNELS[delivery.channel].endpoint(delivery.recipient_id, delivery.endpoint)


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


def _severity(delivery: Delivery) -> tuple[int, int]:
    """By the tier it is sent as, then by the rule's own: a late emergency leads what can wait."""
    rule = RULES.get(delivery.alert.rule)
    return Tier(delivery.alert.tier).rank, rule.tier.rank if rule else 0
