"""The line before a receiver: two at a time, the others wait their turn, and other receivers wait for nobody."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.utils import timezone

from alerts.channels.channel import BUSY, BUSY_FOR
from alerts.claiming import LEASE
from alerts.delivery import deliver
from alerts.models import Delivery
from alerts.models import Webhook as Row
from alerts.webhooks.line import AT_ONCE
from alerts.webhooks.registering import Webhook, put_webhook
from tests.alerts.diaries import NOON, saddle_numbness, write
from tests.cast import Person
from tests.web_receiver import Line, Request, WebReceiver, reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver() -> Iterator[WebReceiver]:
    with WebReceiver() as running:
        yield running


def told(count: int, receiver: WebReceiver) -> list[UUID]:
    """As many deliveries owed to one receiver, each to somebody else at a path of their own."""
    owed = []
    for number in range(count):
        person = Person(f"Patient{uuid4().hex}")
        content = Webhook(id=uuid4(), url=f"{receiver.url}/{number}")
        put_webhook(user_id=person.id, webhook_id=content.id, content=content, expected=None, now=NOON)
        Row.objects.filter(id=content.id).update(state="active", verified_at=NOON, verify_due_at=None)
        write(person, saddle_numbness())
        owed.append(Delivery.objects.get(channel="webhook", recipient=person.user).pk)
    return owed


def under_way(*deliveries: UUID) -> None:
    """As if workers were just sending them."""
    Delivery.objects.filter(pk__in=deliveries).update(state="sending", attempts=1, next_attempt_at=NOON + LEASE)


def test_the_third_is_held_while_two_are_under_way(receiver: WebReceiver) -> None:
    first, second, third = told(3, receiver)
    under_way(first, second)
    deliver(delivery_id=third, now=NOON)
    held = Delivery.objects.get(pk=third)
    assert (held.state, held.attempts, held.last_error) == ("owed", 0, BUSY)
    assert held.next_attempt_at == NOON + BUSY_FOR
    assert receiver.received == []


def test_whoever_is_done_calls_the_next(receiver: WebReceiver) -> None:
    first, second, third = told(3, receiver)
    under_way(second)
    now = NOON + timedelta(seconds=1)
    Delivery.objects.filter(pk=third).update(last_error=BUSY, next_attempt_at=NOON + BUSY_FOR)
    deliver(delivery_id=first, now=now)
    called = Delivery.objects.get(pk=third)
    assert (called.state, called.next_attempt_at) == ("owed", now)
    deliver(delivery_id=third, now=now)
    assert Delivery.objects.get(pk=third).state == "sent"


def test_a_retry_is_not_called_before_its_time(receiver: WebReceiver) -> None:
    first, second = told(2, receiver)
    later = NOON + timedelta(seconds=30)
    Delivery.objects.filter(pk=second).update(last_error="HTTP 500", attempts=1, next_attempt_at=later)
    deliver(delivery_id=first, now=NOON)
    assert Delivery.objects.get(pk=second).next_attempt_at == later


def test_a_lease_that_ran_out_holds_up_nobody(receiver: WebReceiver) -> None:
    first, second, third = told(3, receiver)
    under_way(first, second)
    deliver(delivery_id=third, now=NOON + LEASE)
    assert Delivery.objects.get(pk=third).state == "sent"


def test_another_receiver_waits_for_nobody(receiver: WebReceiver) -> None:
    under_way(*told(5, receiver))
    with WebReceiver() as other:
        (delivery,) = told(1, other)
        deliver(delivery_id=delivery, now=NOON)
        assert len(other.received) == 1


@pytest.mark.django_db(transaction=True)
def test_however_many_hands_there_are_a_receiver_gets_two_at_a_time(receiver: WebReceiver) -> None:
    busy, most, counting = 0, 0, Lock()

    def counted(request: Request, line: Line) -> None:
        nonlocal busy, most
        with counting:
            busy += 1
            most = max(most, busy)
        line.wait(0.2)
        with counting:
            busy -= 1
        reply(200)(request, line)

    receiver.script = [counted]
    deliveries = told(10, receiver)

    def work(delivery: UUID) -> None:
        try:
            deliver(delivery_id=delivery, now=timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as hands:
        while Delivery.objects.filter(channel="webhook").exclude(state="sent").exists():
            list(hands.map(work, deliveries))
            Delivery.objects.filter(last_error=BUSY, state="owed").update(next_attempt_at=NOON)
    assert most == AT_ONCE
    assert len(receiver.received) == len(deliveries)
