"""Verifying a webhook: its server is sent a challenge, signed like everything else, and must answer with it.

Only the server that the address leads to can, so no one has alerts sent, or us call, where they are not wanted.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import msgspec
import structlog
from django.db import transaction
from django.db.models import Case, QuerySet, When

from alerts.delivery.next_in_line import done_with
from alerts.delivery.urgency import nudge_delivery
from alerts.models import OutboundCall, Webhook
from alerts.nudging import nudge
from alerts.outbound import Answer, CallError
from alerts.outbound import call as send
from alerts.outbound.slots import release_slot, take_slot
from alerts.webhooks.signing import SecretUnusable, sealed_secrets, signed
from diary.format.strict_json import Malformed, parse_json
from diary.limits.budgets import Budget, spend
from diary.reaching.endpoints import note_working

LEASE: Final = timedelta(seconds=60)
RETRIES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""The waits after the first, second, … attempt; after the last the webhook is disabled until its owner asks again."""

ENOUGH: Final = "this server was asked often enough for a day"
_CALLED: Final = 2

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Claim:
    key: UUID
    id: UUID
    attempt: int
    call: OutboundCall
    url: str = field(repr=False)
    secrets: Sequence[bytes] = field(repr=False)

    @property
    def lease(self) -> QuerySet[Webhook]:
        """The webhook, as long as it leads where it led and no one else has taken over."""
        return Webhook.objects.filter(key=self.key, url=self.url, state="unverified", verify_attempts=self.attempt)


def to_verify(*, now: datetime) -> QuerySet[Webhook]:
    """Webhooks that are to be asked now, the longest due first."""
    return Webhook.objects.filter(verify_due_at__lte=now).order_by("verify_due_at")


def verify(*, key: UUID, now: datetime) -> None:
    """Send the challenge, if it is due, and record what came of it."""
    claim = _claimed(key, now)
    if claim is None:
        return
    started = time.monotonic()
    error, silent = _asked(claim, now)
    seconds = None if silent else time.monotonic() - started
    for waiting in done_with(claim.call, answered_within=seconds, now=now):
        nudge_delivery(waiting)
    for key_ in _next_to_verify(claim.call, now):
        nudge("alerts.tasks.verify_webhook", key_)
    if error is None:
        claim.lease.update(state="active", verified_at=now, verify_due_at=None, last_error="")
        owner = claim.call.account
        note_working(user_id=owner, channel="webhook", endpoint=str(claim.id), address=claim.url, at=now)
    elif claim.attempt > len(RETRIES):
        claim.lease.update(state="disabled", disabled_reason="not_verified", verify_due_at=None, last_error=error)
    else:
        claim.lease.update(verify_due_at=now + RETRIES[claim.attempt - 1], last_error=error)
    _log.info("webhook asked", webhook=str(key), attempt=claim.attempt, error=error)


@transaction.atomic
def _claimed(key: UUID, now: datetime) -> _Claim | None:
    due = to_verify(now=now).filter(key=key)
    row = due.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if row is None or row.url is None:
        return None
    call = OutboundCall(id=row.key, account=row.user_id, receiver=row.receiver, unproved=True, until=now + LEASE)
    if (hold := take_slot(call, now=now)) is not None:
        Webhook.objects.filter(pk=row.pk).update(held=True, verify_due_at=hold.until)
        return None
    if (wait := spend(Budget("verification_receiver", row.receiver)).wait) > 0:
        release_slot(call)
        Webhook.objects.filter(pk=row.pk).update(verify_due_at=now + timedelta(seconds=wait), last_error=ENOUGH)
        return None
    row.verify_attempts, row.verify_due_at, row.tried_at, row.held = row.verify_attempts + 1, now + LEASE, now, False
    row.save(update_fields=["verify_attempts", "verify_due_at", "tried_at", "held"])
    return _Claim(row.key, row.id, row.verify_attempts, call, row.url, sealed_secrets(row, now=now))


def _next_to_verify(call: OutboundCall, now: datetime) -> list[UUID]:
    """Those that wait for a slot, the account's own first; they are due now."""
    waiting = Webhook.objects.filter(held=True, verify_due_at__isnull=False)
    mine = Case(When(user=call.account, then=0), default=1)
    called = list(waiting.order_by(mine, "verify_due_at").values_list("key", flat=True)[:_CALLED])
    Webhook.objects.filter(key__in=called, held=True, verify_due_at__gt=now).update(verify_due_at=now)
    return called


def _asked(claim: _Claim, now: datetime) -> tuple[str | None, bool]:
    """What was wrong, None when the challenge came back; and whether no one answered at all."""
    challenge = secrets.token_urlsafe(32)
    event = {
        "type": "webhook.verification",
        "timestamp": now,
        "data": {"webhook": claim.id, "challenge": challenge},
    }
    body = msgspec.json.encode(event)
    try:
        headers = signed(id_=str(uuid4()), body=body, secrets=claim.secrets, now=now)
        answer = send(claim.url, headers=headers, content=body)
    except SecretUnusable as error:
        return error.detail, False
    except CallError as error:
        return error.detail, error.silent
    if not 200 <= answer.status < 300:
        return f"HTTP {answer.status}", False
    return (None if _is_echo(answer, challenge) else "the answer does not hold the challenge"), False


def _is_echo(answer: Answer, challenge: str) -> bool:
    """`{"challenge": "…"}`, whatever else is beside it."""
    try:
        told = parse_json(answer.body)
    except Malformed:
        return False
    return isinstance(told, dict) and told.get("challenge") == challenge
