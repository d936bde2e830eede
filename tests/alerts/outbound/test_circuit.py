"""A server that does not answer is left alone for a while: nothing is lost, and an emergency goes other ways."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pytest_django import Settings

from alerts.channels import web_push
from alerts.channels.notification import RETRIES
from alerts.delivery.claim import LEASE
from alerts.models import Delivery, OutboundCall, ReceiverCircuit
from alerts.outbound import call
from alerts.outbound.circuit import (
    FIRST_REST,
    LONGEST_REST,
    OPENS_AFTER,
    SLOW_SECONDS,
    forget_old_circuits,
    note_answer,
    note_silence,
)
from alerts.screening.diary import screen_diary
from tests.alerts.channels.browser import Browser
from tests.alerts.channels.conftest import VAPID_PRIVATE_KEY
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, write
from tests.alerts.outbound.calls import address, delivered, in_progress, owed, somebody_with_a_webhook
from tests.cast import Person
from tests.web_receiver import WebReceiver, reply, slow

pytestmark = pytest.mark.django_db
HOST = "push.example:443"


@pytest.fixture
def receiver(settings: Settings) -> Iterator[WebReceiver]:
    settings.VAPID_PRIVATE_KEY = VAPID_PRIVATE_KEY
    with WebReceiver() as running:
        running.script = [reply(201)]
        yield running


@pytest.fixture
def alice(alice: Person, receiver: WebReceiver) -> Person:
    """With a browser, which is what she chose."""
    Browser(receiver.url, server_key="").belongs_to(alice)
    alice.patch("preferences", {"channels": {"emergency": ["web_push"], "see_doctor": ["web_push", "email"]}})
    return alice


def falls_silent(receiver: str, *, times: int = OPENS_AFTER, now: datetime = NOON) -> None:
    for _ in range(times):
        note_silence(receiver, now=now)


def opened(receiver: str) -> datetime | None:
    """Until when its circuit is open."""
    return ReceiverCircuit.objects.get(pk=receiver).open_until


def test_it_opens_after_some_calls_without_an_answer() -> None:
    falls_silent(HOST, times=OPENS_AFTER - 1)
    assert opened(HOST) is None
    note_silence(HOST, now=NOON)
    assert opened(HOST) == NOON + FIRST_REST


def test_the_rest_doubles_up_to_a_few_minutes() -> None:
    falls_silent(HOST)
    rests, now = [], NOON
    for _ in range(6):
        until = opened(HOST)
        assert until is not None
        rests.append(until - now)
        now = until
        note_silence(HOST, now=now)
    assert rests == [FIRST_REST, FIRST_REST * 2, FIRST_REST * 4, FIRST_REST * 8, LONGEST_REST, LONGEST_REST]


def test_calls_that_were_in_progress_when_it_opened_make_the_rest_no_longer() -> None:
    falls_silent(HOST, times=OPENS_AFTER + 5)
    assert opened(HOST) == NOON + FIRST_REST


def test_an_answer_closes_it() -> None:
    falls_silent(HOST)
    assert note_answer(HOST, seconds=0.1, now=NOON)
    assert not ReceiverCircuit.objects.exists()


def test_a_slow_answer_proves_nothing_and_opens_nothing() -> None:
    for _ in range(2 * OPENS_AFTER):
        assert not note_answer(HOST, seconds=SLOW_SECONDS + 1, now=NOON)
    assert (ReceiverCircuit.objects.get().failures, opened(HOST)) == (1, None)


def test_receivers_that_nothing_is_sent_to_are_forgotten() -> None:
    note_silence(HOST, now=NOON)
    forget_old_circuits(now=NOON + timedelta(days=6))
    assert ReceiverCircuit.objects.exists()
    forget_old_circuits(now=NOON + timedelta(days=8))
    assert not ReceiverCircuit.objects.exists()


def test_while_it_is_open_messages_are_put_off_and_none_is_lost(alice: Person, receiver: WebReceiver) -> None:
    falls_silent(address(receiver))
    held = delivered(owed(alice, "web_push"))
    assert (held.state, held.attempts, held.held) == ("owed", 0, "circuit")
    assert held.next_attempt_at == NOON + FIRST_REST
    assert receiver.received == []
    assert delivered(held.pk, now=NOON + FIRST_REST).state == "sent"
    assert not ReceiverCircuit.objects.exists()


def test_after_the_rest_one_call_at_a_time_tries_whether_it_answers(alice: Person, receiver: WebReceiver) -> None:
    falls_silent(address(receiver))
    in_progress(address(receiver), unproved=True, until=NOON + FIRST_REST + LEASE)
    assert delivered(owed(alice, "web_push"), now=NOON + FIRST_REST).held == "receiver"


def test_the_first_answer_lets_the_others_through(alice: Person, receiver: WebReceiver) -> None:
    waiting = owed(somebody_with_a_webhook(receiver.url))
    falls_silent(address(receiver))
    assert delivered(waiting).held == "circuit"
    now = NOON + FIRST_REST
    Delivery.objects.filter(pk=waiting).update(next_attempt_at=now + LONGEST_REST)
    delivered(owed(alice, "web_push"), now=now)
    assert Delivery.objects.get(pk=waiting).next_attempt_at == now


def test_whoever_answers_that_something_is_wrong_is_there(alice: Person, receiver: WebReceiver) -> None:
    receiver.script = [reply(500)]
    delivered(owed(alice, "web_push"))
    assert not ReceiverCircuit.objects.exists()


def test_a_call_without_an_answer_counts(alice: Person, receiver: WebReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_push, "call", partial(call, within=0.3))
    receiver.script = [slow(5, reply(201))]
    delivered(owed(alice, "web_push"))
    assert ReceiverCircuit.objects.get().failures == 1
    assert not OutboundCall.objects.exists()


def test_an_emergency_goes_other_ways_meanwhile(
    alice: Person, receiver: WebReceiver, django_capture_on_commit_callbacks: Any
) -> None:
    falls_silent(address(receiver))
    pending = owed(alice, "web_push")
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            delivered(pending)
        Delivery.objects.filter(pk=pending).update(next_attempt_at=NOON)
    mail = Delivery.objects.exclude(pk=pending).get()
    assert (mail.channel, mail.state, mail.next_attempt_at) == ("email", "owed", NOON)
    assert Delivery.objects.get(pk=pending).state == "owed"


def test_what_can_wait_waits(alice: Person, receiver: WebReceiver, django_capture_on_commit_callbacks: Any) -> None:
    falls_silent(address(receiver))
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        deliver_all(NOON)
    assert list(Delivery.objects.values_list("channel", "held")) == [("web_push", "circuit")]


def test_what_is_held_for_as_long_as_all_attempts_would_take_goes_to_the_next_channel(
    alice: Person, receiver: WebReceiver, django_capture_on_commit_callbacks: Any
) -> None:
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    falls_silent(address(receiver))
    deliver_all(NOON)
    now = NOON + sum(RETRIES, timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        deliver_all(now)
    push, mail = Delivery.objects.order_by("created_at", "channel")
    assert {push.state, mail.state} == {"failed", "owed"}
    assert {push.channel, mail.channel} == {"web_push", "email"}
