"""Webhooks, after the Standard Webhooks specification: ids only, signed, to servers that asked for them.

Every answer but 2xx is tried again for three days, a 404 too: a server's mistake is mended within them, and ten small
requests cost no one much. 3xx is such an answer and never followed. 410 says that nothing is wanted any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID

import msgspec
from django.utils import timezone

from alerts.channels.channel import CALLS, Channel, ChannelError, Endpoint
from alerts.messages.message import Message
from alerts.models import Webhook as Row
from alerts.outbound import WITHIN_SECONDS, Answer, CallError, call, retry_after
from alerts.webhooks.registering import living
from alerts.webhooks.signing import SecretUnusable, sealed_secrets, signed
from diary.reaching.suspending import suspended

_GONE: Final = 410
_MAY_HAVE_ARRIVED: Final = frozenset({502, 504})
"""A gateway heard nothing from the server behind it, which may have taken the message."""


@dataclass(frozen=True, slots=True)
class SignedEndpoint(Endpoint):
    """`address` is the URL; what it gets is signed by `secrets` (encrypted)."""

    secrets: Sequence[bytes] = field(repr=False, default=())


class Webhook(Channel):
    """Every active webhook of a person, beside whatever reaches the person themselves."""

    # Nine waits of the Standard Webhooks' example schedule, and so ten attempts within about three days.
    retries: ClassVar[Sequence[timedelta]] = (
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=5),
        timedelta(hours=10),
        timedelta(hours=14),
        timedelta(hours=20),
        timedelta(hours=24),
    )
    personal: ClassVar[bool] = False
    queue: ClassVar[str] = CALLS

    def endpoints(self, user_id: UUID) -> Sequence[Endpoint]:
        """Those that answered their challenge and are not suspended."""
        now = timezone.now()
        active = living(user_id).filter(state="active").exclude(suspended())
        active = active.order_by("id").prefetch_related("secrets")
        return [_endpoint(row, now) for row in active]

    def send(self, message: Message, endpoint: Endpoint) -> str:
        """Gives the reference, which is the `webhook-id` of every copy."""
        now, body = timezone.now(), msgspec.json.encode(_event(message))
        try:
            headers = signed(id_=message.reference, body=body, secrets=_signed(endpoint).secrets, now=now)
            answer = call(endpoint.address, headers=headers, content=body, within=WITHIN_SECONDS, limit=0)
        except SecretUnusable as error:
            raise ChannelError(error.detail) from error
        except CallError as error:
            raise ChannelError(error.detail, unconfirmed=error.unconfirmed, silent=error.silent) from error
        if not 200 <= answer.status < 300:
            raise _refused(answer, now)
        return message.reference

    def retire(self, *, user_id: UUID, endpoint: Endpoint) -> None:
        """Tell it nothing more until its owner has it verified again."""
        there = living(user_id).filter(id=endpoint.id, url=endpoint.address, state="active")
        there.update(state="disabled", disabled_reason="gone", last_error=f"HTTP {_GONE}")


def _signed(endpoint: Endpoint) -> SignedEndpoint:
    if not isinstance(endpoint, SignedEndpoint):
        raise TypeError("a webhook is told with a signature")
    return endpoint


def _endpoint(row: Row, now: datetime) -> SignedEndpoint:
    if row.url is None:
        raise ValueError("a tombstone is no endpoint")
    return SignedEndpoint(str(row.id), row.url, row.receiver, secrets=sealed_secrets(row, now=now))


def _event(message: Message) -> dict[str, object]:
    """What happened, when and to whom: ids, which say nothing without a token. `alert` leads several."""
    several = {"alerts": message.alerts} if len(message.alerts) > 1 else {}
    return {
        "type": f"alert.{message.kind}",
        "timestamp": message.created_at,
        "data": {"alert": message.alert, **several, "patient": message.patient},
    }


def _refused(answer: Answer, now: datetime) -> ChannelError:
    return ChannelError(
        f"HTTP {answer.status}",
        gone=answer.status == _GONE,
        unconfirmed=answer.status in _MAY_HAVE_ARRIVED,
        retry_after=retry_after(answer.headers.get("retry-after"), now=now),
    )
