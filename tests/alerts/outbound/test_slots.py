"""Calls in progress are limited for a receiver, an account and what is not proved yet; the others wait for no one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from alerts import tasks
from alerts.delivery.claim import LEASE
from alerts.delivery.not_sent import HELD
from alerts.delivery.send import deliver
from alerts.models import Delivery, OutboundCall
from alerts.outbound.slots import HELD_FOR, forget_ended_calls, receiver_at_once
from tests.alerts.channels.browser import Browser
from tests.alerts.channels.conftest import VAPID_PRIVATE_KEY
from tests.alerts.diaries import NOON, saddle_numbness, write
from tests.alerts.outbound.calls import address, delivered, in_progress, owed, somebody_with_a_webhook
from tests.cast import Person
from tests.web_receiver import Line, Request, WebReceiver, reply

pytestmark = pytest.mark.django_db
ELSEWHERE = "elsewhere.example:443"


@pytest.fixture
def receiver(settings: Settings) -> Iterator[WebReceiver]:
    settings.VAPID_PRIVATE_KEY = VAPID_PRIVATE_KEY
    with WebReceiver() as running:
        running.script = [reply(201)]
        yield running


def somebody_with_a_browser(url: str, *, proved: bool = True) -> Person:
    person = Person(f"Patient{uuid4().hex}")
    Browser(f"{url}/{uuid4()}", server_key="").belongs_to(person, proved=proved)
    return person


def test_the_third_message_to_a_server_is_held_while_two_are_in_progress(receiver: WebReceiver) -> None:
    in_progress(address(receiver), count=2)
    held = delivered(owed(somebody_with_a_webhook(receiver.url)))
    assert (held.state, held.attempts, held.held, held.held_since) == ("owed", 0, "receiver", NOON)
    assert (held.next_attempt_at, held.last_error) == (NOON + HELD_FOR, HELD["receiver"])
    assert receiver.received == []


def test_browsers_of_one_push_service_are_in_the_same_line(receiver: WebReceiver) -> None:
    in_progress(address(receiver), count=2)
    assert delivered(owed(somebody_with_a_browser(receiver.url), "web_push")).held == "receiver"


def test_the_big_push_services_stand_for_many_people(settings: Settings) -> None:
    few, many = settings.OUTBOUND_AT_ONCE["receiver"], settings.OUTBOUND_AT_ONCE["push service"]
    assert receiver_at_once("fcm.googleapis.com:443") == receiver_at_once("wns2-par02p.notify.windows.com:443") == many
    assert receiver_at_once("fcm.googleapis.com.evil.example:443") == few
    assert receiver_at_once("evilfcm.googleapis.com:443") == few


def test_who_is_done_calls_the_next(receiver: WebReceiver) -> None:
    first, second = (owed(somebody_with_a_webhook(receiver.url)) for _ in range(2))
    in_progress(address(receiver), count=2)
    assert delivered(second).held == "receiver"
    OutboundCall.objects.all().delete()
    now = NOON + timedelta(seconds=1)
    assert delivered(first, now=now).state == "sent"
    assert Delivery.objects.get(pk=second).next_attempt_at == now
    sent = delivered(second, now=now)
    assert (sent.state, sent.held, sent.held_since) == ("sent", "", None)


def test_a_retry_is_not_called_before_its_time(receiver: WebReceiver) -> None:
    first, second = (owed(somebody_with_a_webhook(receiver.url)) for _ in range(2))
    later = NOON + timedelta(seconds=30)
    Delivery.objects.filter(pk=second).update(
        last_error="HTTP 500", attempts=1, receiver=address(receiver), next_attempt_at=later
    )
    delivered(first)
    assert Delivery.objects.get(pk=second).next_attempt_at == later


def test_a_worker_that_died_holds_up_nobody(receiver: WebReceiver) -> None:
    in_progress(address(receiver), count=2, until=NOON)
    assert delivered(owed(somebody_with_a_webhook(receiver.url))).state == "sent"
    forget_ended_calls(now=NOON + timedelta(hours=1))
    assert not OutboundCall.objects.exists()


def test_another_server_waits_for_nobody(receiver: WebReceiver) -> None:
    in_progress(ELSEWHERE, count=5)
    assert delivered(owed(somebody_with_a_webhook(receiver.url))).state == "sent"


def test_an_account_gets_a_share_of_the_threads_wherever_its_servers_are(
    receiver: WebReceiver, settings: Settings
) -> None:
    alice, bob = somebody_with_a_webhook(receiver.url), somebody_with_a_webhook(receiver.url)
    for number in range(settings.OUTBOUND_AT_ONCE["account"]):
        in_progress(f"{number}.example:443", account=alice.id)
    assert delivered(owed(alice)).held == "account"
    assert delivered(owed(bob)).state == "sent"


def test_of_a_persons_unproved_browsers_one_is_called_at_a_time(receiver: WebReceiver) -> None:
    alice = somebody_with_a_browser(receiver.url, proved=False)
    in_progress(ELSEWHERE, account=alice.id, unproved=True)
    assert delivered(owed(alice, "web_push")).held == "account"


def test_all_that_is_unproved_shares_a_few_threads(receiver: WebReceiver, settings: Settings) -> None:
    in_progress(ELSEWHERE, count=settings.OUTBOUND_AT_ONCE["unproved"], unproved=True)
    assert delivered(owed(somebody_with_a_browser(receiver.url, proved=False), "web_push")).held == "unproved"
    assert delivered(owed(somebody_with_a_browser(receiver.url), "web_push")).state == "sent"


def test_a_new_browser_at_a_push_service_that_browsers_use_waits_for_none_of_them(
    receiver: WebReceiver, settings: Settings
) -> None:
    in_progress(ELSEWHERE, count=settings.OUTBOUND_AT_ONCE["unproved"], unproved=True)
    settings.PUSH_SERVICES = ["127.0.0.1"]
    assert delivered(owed(somebody_with_a_browser(receiver.url, proved=False), "web_push")).state == "sent"


def test_the_next_is_called_for_whatever_reason_it_waits(receiver: WebReceiver) -> None:
    """A crowd of one account's own messages, due for longer, is not called in its place."""
    alice, bob = (somebody_with_a_browser(receiver.url, proved=False) for _ in range(2))
    for number in range(9):
        Browser(f"{receiver.url}/{number}", server_key="").belongs_to(alice, proved=False)
    write(alice, saddle_numbness())
    waiting = owed(bob, "web_push")
    Delivery.objects.filter(pk=waiting).update(held="unproved", next_attempt_at=NOON + HELD_FOR)
    first = Delivery.objects.filter(channel="web_push", recipient=alice.user).order_by("pk")[0]
    assert delivered(first.pk).state == "sent"
    assert Delivery.objects.get(pk=waiting).next_attempt_at == NOON


def test_an_emergency_that_waited_a_minute_for_a_slot_goes_other_ways(
    receiver: WebReceiver, django_capture_on_commit_callbacks: Any
) -> None:
    alice = somebody_with_a_browser(receiver.url)
    alice.patch("preferences", {"channels": {"emergency": ["web_push"]}})
    waiting = owed(alice, "web_push")
    in_progress(address(receiver), count=2, until=NOON + 2 * LEASE)
    for now, channels in ((NOON, {"web_push"}), (NOON + HELD_FOR, {"web_push", "email"})):
        with django_capture_on_commit_callbacks(execute=True):
            assert delivered(waiting, now=now).held == "receiver"
        assert set(Delivery.objects.values_list("channel", flat=True)) == channels


def test_the_sweep_calls_as_many_of_an_account_as_there_are_slots_and_holds_the_others(
    receiver: WebReceiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, nudged = somebody_with_a_browser(receiver.url), set[UUID]()

    def noted(delivery: Delivery) -> bool:
        nudged.add(delivery.pk)
        return True

    for number in range(9):
        Browser(f"{receiver.url}/{number}", server_key="").belongs_to(alice)
    alice.patch("preferences", {"channels": {"emergency": ["web_push"]}})
    write(alice, saddle_numbness())
    monkeypatch.setattr("alerts.delivery.due.nudge_delivery", noted)
    before = timezone.now()
    tasks.sweep_deliveries()
    assert len(nudged) == settings.OUTBOUND_AT_ONCE["account"]
    rest = Delivery.objects.exclude(pk__in=nudged)
    assert set(rest.values_list("held", flat=True)) == {"account"}
    assert rest.count() == 6
    assert all(one.next_attempt_at and one.next_attempt_at >= before + HELD_FOR for one in rest)


@pytest.mark.django_db(transaction=True)
def test_however_many_threads_there_are_a_server_gets_two_at_a_time(receiver: WebReceiver, settings: Settings) -> None:
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
    deliveries = [owed(somebody_with_a_webhook(receiver.url)) for _ in range(10)]

    def work(delivery: UUID) -> None:
        try:
            deliver(delivery_id=delivery, now=timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        while Delivery.objects.filter(channel="webhook").exclude(state="sent").exists():
            list(threads.map(work, deliveries))
            Delivery.objects.filter(held="receiver", state="owed").update(next_attempt_at=NOON)
    assert most == settings.OUTBOUND_AT_ONCE["receiver"]
    assert len(receiver.received) == len(deliveries)
    assert not OutboundCall.objects.exists()
