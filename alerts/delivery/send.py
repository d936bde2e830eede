"""Sending queued deliveries: claimed under a lease, sent outside any transaction, then recorded.

A worker that dies in between leaves the lease behind; when it ends, someone sends again under the same reference, by
which the receiver knows the copy.
"""

import random
import time
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from alerts.channels import CHANNELS, ChannelError
from alerts.delivery.claim import LEASE, Claim, claimed
from alerts.delivery.compose import telling_of
from alerts.delivery.hand_over import hand_over, note_exhausted
from alerts.delivery.next_channel import follow
from alerts.delivery.next_in_line import done_with
from alerts.delivery.turns import due_deliveries, turns_to_the_same
from alerts.delivery.urgency import nudge_delivery
from alerts.measures import DELIVERIES, DELIVERY_SECONDS
from alerts.messages.letter import letter
from alerts.models import Delivery
from alerts.models.delivery import dropped_for
from diary.statements import in_few_trips

SENDING_SECONDS: Final = int(LEASE.total_seconds()) * 5 // 6
JITTER: Final = 0.1
"""Retries are spread by a tenth either way, so that they do not all meet a server that has just come back."""

_log = structlog.get_logger(__name__)


def deliver(*, delivery_id: UUID, now: datetime) -> None:
    """Claim the message that the delivery is in, send it, record what came of it.

    Nothing happens when it is not due or someone has it.
    """
    claim = claimed(delivery_id=delivery_id, now=now)
    telling = None if claim is None else telling_of(claim, now=now)
    if claim is None or telling is None:
        return
    lead = claim.lead
    started, silent = time.monotonic(), False
    try:
        provider_id = hand_over(
            letter(telling), to=lead.recipient_id, channel=lead.channel, endpoint=claim.endpoint, now=now
        )
    except ChannelError as error:
        silent = error.silent
        _record_failure(claim, error, now)
    else:
        _record_sent(claim, provider_id, now)
        _measure_sent(claim, now, time.monotonic() - started)
    for delivery in claim.deliveries:
        for waiting in due_deliveries(now=now).filter(pk__in=turns_to_the_same(delivery)).select_related("alert"):
            nudge_delivery(waiting)  # it waited for this one to be settled
    if claim.call is not None:
        seconds = None if silent else time.monotonic() - started
        for waiting in done_with(claim.call, answered_within=seconds, now=now):
            nudge_delivery(waiting)


def _measure_sent(claim: Claim, now: datetime, took: float) -> None:
    for delivery in claim.deliveries:
        DELIVERIES.labels(delivery.channel, "sent").inc()
        waited = (now - delivery.created_at).total_seconds()
        DELIVERY_SECONDS.labels(delivery.alert.tier).observe(waited + took)


@in_few_trips()
def _record_sent(claim: Claim, provider_id: str, now: datetime) -> None:
    sent = claim.lease.update(state="sent", sent_at=now, provider_id=provider_id, next_attempt_at=None, last_error="")
    unseen_after = CHANNELS[claim.lead.channel].unseen_after
    if sent and unseen_after:  # a fast receipt may have come already
        ids = [delivery.pk for delivery in claim.deliveries]
        Delivery.objects.filter(pk__in=ids, opened_at__isnull=True).update(follow_up_at=now + unseen_after)
    _log.info("sent", delivery=str(claim.lead.pk), attempt=claim.lead.attempts)


def _record_failure(claim: Claim, error: ChannelError, now: datetime) -> None:
    """Final when the receiver says so or patience is over; else the next attempt is set."""
    lead, channel = claim.lead, CHANNELS[claim.lead.channel]
    _log.warning("delivery failed", delivery=str(lead.pk), attempt=lead.attempts, error=error.detail)
    if error.unconfirmed:
        claim.lease.update(unconfirmed=True)
    final = error.permanent or lead.attempts > len(channel.retries)
    DELIVERIES.labels(lead.channel, "failed" if final else "retried").inc(len(claim.deliveries))
    if final:
        if not error.permanent:
            note_exhausted(lead.recipient_id, lead.channel, claim.endpoint, now=now)
        # Should this worker die before it follows, the sweep does.
        claim.lease.update(state="failed", next_attempt_at=None, follow_up_at=now, last_error=error.detail)
        follow(delivery_id=lead.pk, now=now)
        return
    # A newer turn must not wait for our retries.
    overtaken = [one.pk for one in claim.deliveries if turns_to_the_same(one).filter(turn__gt=one.turn).exists()]
    claim.lease.filter(pk__in=overtaken).update(**dropped_for("superseded"))
    next_attempt_at = now + _wait(channel.retries[lead.attempts - 1], error.retry_after)
    claim.lease.update(state="owed", next_attempt_at=next_attempt_at, last_error=error.detail)


def _wait(planned: timedelta, asked_for: timedelta | None) -> timedelta:
    spread = planned * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 not a secret
    return max(spread, asked_for or timedelta())
