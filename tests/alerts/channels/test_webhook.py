"""Webhooks: what a server is told, how it knows that it is us, and when it hears again after each kind of answer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.http import http_date
from pytest_django import Settings
from standardwebhooks import Webhook as Verifier

from alerts.channels.webhook import Webhook
from alerts.delivery.send import deliver
from alerts.models import Delivery, WebhookSecret
from alerts.models import Webhook as Row
from alerts.screening.diary import screen_diary
from alerts.webhooks import registering
from alerts.webhooks.registering import put_webhook, rotate_secret
from backend.local.embedded.server import free_port
from diary.models import Entry
from diary.sealing import sealed
from tests.alerts.diaries import NOON, delete, saddle_numbness, write
from tests.alerts.webhooks.verified import registered
from tests.cast import Person
from tests.web_receiver import Answer, WebReceiver, drips, raw, reply, resets, slow

pytestmark = pytest.mark.django_db
SCHEDULE = Webhook.retries
LOST = timedelta(seconds=0.5)


@pytest.fixture
def receiver() -> Iterator[WebReceiver]:
    with WebReceiver() as running:
        yield running


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call is over after half a second, so that dawdling receivers do not hold up the tests."""
    monkeypatch.setattr("alerts.channels.webhook.WITHIN_SECONDS", 0.5)


@pytest.fixture
def told(alice: Person, receiver: WebReceiver) -> Delivery:
    """What is owed to Alice's webhook after a danger sign; the receiver remembers nothing yet."""
    registered(alice, receiver.url)
    receiver.received.clear()
    write(alice, saddle_numbness())
    return Delivery.objects.get(channel="webhook")


def attempt(delivery: Delivery, now: datetime = NOON) -> Delivery:
    """One attempt, and the delivery as it stands after it."""
    deliver(delivery_id=delivery.pk, now=now)
    return Delivery.objects.get(pk=delivery.pk)


def waited(delivery: Delivery, now: datetime = NOON) -> timedelta:
    assert delivery.next_attempt_at
    return delivery.next_attempt_at - now


def about(wait: timedelta) -> Any:
    """The wait, spread by a tenth either way."""
    return pytest.approx(wait.total_seconds(), rel=0.1)


# What it gets


def test_it_gets_ids_and_nothing_else(alice: Person, told: Delivery, receiver: WebReceiver) -> None:
    assert attempt(told).state == "sent"
    (request,) = receiver.received
    assert request.json == {
        "type": "alert.raised",
        "timestamp": "2026-06-30T12:00:00Z",
        "data": {"alert": str(told.alert_id), "patient": str(alice.patient_id)},
    }
    assert (request.method, request.headers["content-type"]) == ("POST", "application/json")


def test_the_signature_is_good_by_the_library_that_receivers_use(alice: Person, receiver: WebReceiver) -> None:
    secret = registered(alice, receiver.url)
    write(alice, saddle_numbness())
    delivery = attempt(Delivery.objects.get(channel="webhook"))
    request = receiver.received[-1]
    assert Verifier(secret).verify(request.body, dict(request.headers))["type"] == "alert.raised"
    assert request.headers["webhook-id"] == str(delivery.pk) == delivery.provider_id


def test_every_copy_has_the_same_id_and_its_own_time(told: Delivery, receiver: WebReceiver) -> None:
    receiver.script = [reply(500), reply(200)]
    again = attempt(told)
    assert again.next_attempt_at
    assert attempt(told, again.next_attempt_at).state == "sent"
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == str(told.pk)
    assert first.body == second.body
    assert abs(int(second.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60


def test_after_a_rotation_old_and_new_secret_both_sign_for_a_day(alice: Person, receiver: WebReceiver) -> None:
    old = registered(alice, receiver.url)
    webhook = Row.objects.get()
    new = rotate_secret(user_id=alice.id, webhook_id=webhook.id, now=timezone.now()).secret
    assert new
    assert new != old
    write(alice, saddle_numbness())
    attempt(Delivery.objects.get(channel="webhook"))
    request = receiver.received[-1]
    assert len(request.headers["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        Verifier(secret).verify(request.body, dict(request.headers))


def test_the_old_secret_ends_after_the_day(alice: Person, receiver: WebReceiver) -> None:
    registered(alice, receiver.url)
    webhook = Row.objects.get()
    rotate_secret(user_id=alice.id, webhook_id=webhook.id, now=timezone.now() - timedelta(hours=24, seconds=1))
    write(alice, saddle_numbness())
    attempt(Delivery.objects.get(channel="webhook"))
    assert len(receiver.received[-1].headers["webhook-signature"].split(" ")) == 1


def test_a_withdrawal_is_told_as_one(alice: Person, told: Delivery, receiver: WebReceiver) -> None:
    attempt(told)
    delete(alice, *[entry_of(told)])
    screen_diary(patient_id=alice.patient_id, now=NOON)
    attempt(Delivery.objects.get(channel="webhook", step="withdrawn"))
    assert [request.json["type"] for request in receiver.received] == ["alert.raised", "alert.withdrawn"]


def entry_of(delivery: Delivery) -> Any:
    """Something with the id of the entry behind the alert, to delete it by."""
    return saddle_numbness(id_=Entry.objects.get(patient=delivery.patient_id).id)


# When it hears again


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 418, 422, 425, 429, 500, 501, 502, 503, 504, 599])
def test_every_refusal_is_tried_again(told: Delivery, receiver: WebReceiver, status: int) -> None:
    receiver.script = [reply(status)]
    refused = attempt(told)
    assert (refused.state, refused.last_error) == ("owed", f"HTTP {status}")
    assert waited(refused).total_seconds() == about(SCHEDULE[0])
    assert refused.unconfirmed is (status in {502, 504})


def test_three_failures_and_then_it_arrives_once_by_the_schedule(told: Delivery, receiver: WebReceiver) -> None:
    receiver.script = [reply(500), reply(500), reply(500), reply(200)]
    now = NOON
    for planned in SCHEDULE[:3]:
        refused = attempt(told, now)
        assert waited(refused, now).total_seconds() == about(planned)
        assert refused.next_attempt_at
        attempt(told, refused.next_attempt_at - timedelta(seconds=1))  # too early: nothing happens
        now = refused.next_attempt_at
    assert attempt(told, now).state == "sent"
    assert len(receiver.received) == 4


def test_it_is_tried_ten_times_in_three_days_and_given_up(told: Delivery, receiver: WebReceiver) -> None:
    receiver.script = [reply(503)]
    now, refused = NOON, attempt(told)
    while refused.next_attempt_at:
        now = refused.next_attempt_at
        refused = attempt(told, now)
    assert (refused.state, refused.attempts, len(receiver.received)) == ("failed", 10, 10)
    assert timedelta(hours=68) < now - NOON < timedelta(hours=84)
    assert Row.objects.get().state == "active"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_and_not_followed(told: Delivery, receiver: WebReceiver, status: int) -> None:
    receiver.script = [reply(status, Location=f"http://127.0.0.1:{receiver.port}/inside")]
    refused = attempt(told)
    assert (refused.state, refused.last_error, len(receiver.received)) == ("owed", f"HTTP {status}", 1)
    assert waited(refused).total_seconds() == about(SCHEDULE[0])


def test_410_ends_it_for_good(alice: Person, told: Delivery, receiver: WebReceiver) -> None:
    receiver.script = [reply(410)]
    gone = attempt(told)
    assert (gone.state, gone.next_attempt_at, gone.last_error) == ("failed", None, "HTTP 410")
    assert Row.objects.values_list("state", "disabled_reason").get() == ("disabled", "gone")
    assert Webhook().endpoints(alice.id) == []


def test_410_of_an_address_that_was_changed_meanwhile_ends_nothing(alice: Person, receiver: WebReceiver) -> None:
    registered(alice, receiver.url)
    (endpoint,) = Webhook().endpoints(alice.id)
    Row.objects.update(url="http://127.0.0.1:1/elsewhere")
    Webhook().retire(user_id=alice.id, endpoint=endpoint)
    assert Row.objects.get().state == "active"


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("1", SCHEDULE[0]),
        ("120", timedelta(minutes=2)),
        ("7200", timedelta(hours=2)),
        ("9999999999", timedelta(hours=24)),
        ("-1", SCHEDULE[0]),
        ("soon", SCHEDULE[0]),
        ("", SCHEDULE[0]),
        ("Sun, 06 Nov 1994 08:49:37 GMT", SCHEDULE[0]),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_the_receiver_may_put_us_off_for_a_day_at_most(
    told: Delivery, receiver: WebReceiver, status: int, header: str, wait: timedelta
) -> None:
    receiver.script = [reply(status, Retry_After=header)]
    refused = attempt(told)
    if wait == SCHEDULE[0]:
        assert waited(refused).total_seconds() == about(wait)
    else:
        assert waited(refused) == wait


@pytest.mark.parametrize(("ahead", "wait"), [(3600, timedelta(hours=1)), (10**7, timedelta(hours=24))])
def test_the_receiver_may_name_a_date(told: Delivery, receiver: WebReceiver, ahead: int, wait: timedelta) -> None:
    now = timezone.now()
    receiver.script = [reply(429, Retry_After=http_date(now.timestamp() + ahead))]
    refused = attempt(told, now)
    assert waited(refused, now) == pytest.approx(wait, abs=timedelta(seconds=5))


STARTED = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (resets(), "connection: ConnectionResetError"),
        (raw(b""), "connection: RemoteProtocolError"),
        (raw(b"HTTP/1.1 yes\r\n\r\n"), "connection: RemoteProtocolError"),
        (slow(5, reply(200)), "timed out"),
        (drips(b"HTTP/1.1 200 OK\r\n", b"X: a\r\n", every=0.05), "timed out"),
    ],
    ids=["reset before the answer", "hung up", "garbage status", "silent", "slow header"],
)
def test_without_an_answer_it_may_have_arrived_and_is_tried_again(
    told: Delivery, receiver: WebReceiver, answer: Answer, error: str
) -> None:
    receiver.script = [answer]
    lost = attempt(told)
    assert (lost.state, lost.unconfirmed, lost.last_error) == ("owed", True, error)
    assert waited(lost).total_seconds() == about(SCHEDULE[0])


@pytest.mark.parametrize(
    "answer",
    [
        resets(STARTED),
        resets(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        drips(STARTED, b"a", every=0.05),
        drips(b"HTTP/1.1 200 OK\r\n\r\n", b"a" * 65536, every=0),
        raw(STARTED + b"half"),
    ],
    ids=["reset before the body", "reset after the body", "slow body", "endless body", "cut off"],
)
def test_2xx_means_taken_whatever_becomes_of_the_body(told: Delivery, receiver: WebReceiver, answer: Answer) -> None:
    receiver.script = [answer]
    assert attempt(told).state == "sent"
    assert len(receiver.received) == 1


def test_a_server_that_is_not_there_has_surely_nothing(alice: Person, told: Delivery, receiver: WebReceiver) -> None:
    Row.objects.update(url=f"http://127.0.0.1:{free_port()}/")
    lost = attempt(told)
    assert (lost.state, lost.unconfirmed, lost.last_error) == ("owed", False, "connection: ConnectionRefusedError")


def test_a_name_that_leads_inside_by_now_is_not_called(
    told: Delivery, receiver: WebReceiver, settings: Settings
) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    Row.objects.update(url="https://localhost/")
    refused = attempt(told)
    assert (refused.state, refused.unconfirmed, receiver.received) == ("owed", False, [])


# Who hears


def test_one_that_is_not_verified_is_owed_nothing(alice: Person, receiver: WebReceiver) -> None:
    content = registering.Webhook(id=uuid4(), url=receiver.url)
    put_webhook(user_id=alice.id, webhook_id=content.id, content=content, expected=None, now=NOON)
    write(alice, saddle_numbness())
    assert not Delivery.objects.filter(channel="webhook").exists()


def test_every_webhook_of_everybody_who_may_hear_is_told_and_of_nobody_else(
    alice: Person, bob: Person, charlie: Person, receiver: WebReceiver
) -> None:
    bob.cares_for(alice, "alerts")
    for person in (alice, alice, bob, charlie):
        registered(person, receiver.url)
    write(alice, saddle_numbness())
    told = Delivery.objects.filter(channel="webhook").values_list("recipient__name", flat=True)
    assert sorted(told) == ["Alice", "Alice", "Bob"]


def test_one_that_was_deleted_meanwhile_hears_nothing(alice: Person, told: Delivery, receiver: WebReceiver) -> None:
    put_webhook(user_id=alice.id, webhook_id=Row.objects.get().id, content=None, expected=None, now=NOON)
    assert attempt(told).state == "failed"
    assert receiver.received == []


@pytest.mark.parametrize(
    "broken",
    [b"not sealed at all", sealed("whsec_!!not base64!!").encode(), sealed("whsec_").encode()],
    ids=["another key", "not base64", "empty"],
)
def test_a_broken_secret_sends_nothing_and_is_told_to_nobody(
    told: Delivery, receiver: WebReceiver, broken: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    WebhookSecret.objects.update(sealed=broken)
    refused = attempt(told)
    assert (refused.state, refused.last_error) == ("owed", "the secret cannot be opened")
    assert receiver.received == []
    assert "whsec" not in caplog.text
