"""Calls to people's own servers: owed, in progress and made."""

from datetime import datetime
from uuid import UUID, uuid4

from alerts.delivery.claim import LEASE
from alerts.delivery.send import deliver
from alerts.models import Delivery, OutboundCall
from tests.alerts.diaries import NOON, saddle_numbness, write
from tests.alerts.webhooks.verified import active_webhook
from tests.cast import Person
from tests.web_receiver import WebReceiver


def owed(person: Person, channel: str = "webhook") -> UUID:
    """An emergency that the person's one endpoint of the channel is to hear of."""
    write(person, saddle_numbness())
    return Delivery.objects.get(channel=channel, recipient=person.user).pk


def somebody_with_a_webhook(url: str) -> Person:
    person = Person(f"Patient{uuid4().hex}")
    active_webhook(person, f"{url}/{uuid4()}", now=NOON)
    return person


def in_progress(
    receiver: str,
    *,
    count: int = 1,
    account: UUID | None = None,
    unproved: bool = False,
    until: datetime = NOON + LEASE,
) -> None:
    """As many calls, of so many accounts unless one is named."""
    for _ in range(count):
        OutboundCall.objects.create(
            id=uuid4(), account=account or uuid4(), receiver=receiver, unproved=unproved, until=until
        )


def address(receiver: WebReceiver) -> str:
    return f"127.0.0.1:{receiver.port}"


def delivered(delivery: UUID, *, now: datetime = NOON) -> Delivery:
    """After one attempt to send it."""
    deliver(delivery_id=delivery, now=now)
    return Delivery.objects.get(pk=delivery)
