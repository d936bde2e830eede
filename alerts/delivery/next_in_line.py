"""What waits for a slot to call someone's server (`alerts.outbound.slots`), and is called when one is free."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from alerts.channels import CHANNELS
from alerts.channels.channel import CALLS
from alerts.delivery.urgency import most_urgent_first
from alerts.locks import claimed_deliveries
from alerts.models import Delivery, OutboundCall
from alerts.outbound.circuit import note_answer, note_silence
from alerts.outbound.slots import HELD_FOR, release_slot

_CALLED: Final = 4
"""For each reason to wait. More than get their turn: one or the other may not be wanted any more."""


def done_with(call: OutboundCall, *, answered_within: float | None, now: datetime) -> list[Delivery]:
    """Note how the call went (seconds; None without an answer); gives the deliveries whose turn it is, due now.

    They are the most urgent, and of these the longest waiting, for what `call` gives back. A receiver that answers is
    let have what its open circuit held back.
    """
    answered = False
    if answered_within is None:
        note_silence(call.receiver, now=now)
    else:
        answered = note_answer(call.receiver, seconds=answered_within, now=now)
    release_slot(call)
    called = [one for waiting in _waiting_for(call, answered=answered, now=now) for one in waiting[:_CALLED]]
    owed = Delivery.objects.filter(pk__in=[one.pk for one in called], state="owed", next_attempt_at__gt=now)
    owed.update(next_attempt_at=now)
    return called


@transaction.atomic
def hold_for_account(delivery_ids: Collection[UUID], *, now: datetime) -> None:
    """Hold those that are due and would find no slot: others of the same people are called first."""
    due = Delivery.objects.filter(pk__in=delivery_ids, state="owed", next_attempt_at__lte=now)
    ours = claimed_deliveries(due.only("pk"))
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in ours]).update(
        held="account", held_since=Coalesce("held_since", Value(now)), next_attempt_at=now + HELD_FOR
    )


def _waiting_for(call: OutboundCall, *, answered: bool, now: datetime) -> Iterator[QuerySet[Delivery]]:
    """For each reason what waits for it, the most urgent first; nothing is in two of them."""
    calling = [name for name, channel in CHANNELS.items() if channel.queue == CALLS]
    owed = Delivery.objects.filter(state="owed", channel__in=calling, next_attempt_at__isnull=False)
    reasons = [Q(receiver=call.receiver, held__in=["receiver", "circuit"] if answered else ["receiver"])]
    not_called_at_first = Q(held="", next_attempt_at__lte=now)  # see `alerts.delivery.outbox`
    reasons.append(Q(recipient=call.account) & (Q(held="account") | not_called_at_first))
    if call.unproved:
        reasons.append(Q(held="unproved"))
    for reason in reasons:
        yield most_urgent_first(owed.filter(reason))
