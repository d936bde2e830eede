"""Before its first alert a server is asked: only one that answers with the challenge hears of anything."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook as Verifier

from alerts.delivery.verify_webhook import ENOUGH, LEASE, RETRIES, to_verify, verify
from alerts.models import OutboundCall, WebhookSecret
from alerts.models import Webhook as Row
from alerts.outbound import call
from alerts.outbound.circuit import FIRST_REST, OPENS_AFTER, note_silence
from alerts.outbound.slots import HELD_FOR
from alerts.webhooks.registering import REST, Webhook, put_webhook, verify_again
from backend.local.embedded.server import free_port
from tests.alerts.outbound.calls import in_progress
from tests.cast import Person
from tests.diary.spending import budgets_of
from tests.web_receiver import Answer, Line, Request, WebReceiver, raw, reply

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def receiver() -> Iterator[WebReceiver]:
    with WebReceiver() as running:
        yield running


def registered(person: Person, url: str, *, now: datetime = NOW) -> Row:
    content = Webhook(id=uuid4(), url=url)
    _, stored = put_webhook(user_id=person.id, webhook_id=content.id, content=content, expected=None, now=now)
    assert stored
    return stored.row


def moved(row: Row, url: str, *, now: datetime = NOW) -> None:
    content = Webhook(id=row.id, url=url)
    put_webhook(user_id=row.user_id, webhook_id=row.id, content=content, expected="*", now=now)


def asked(row: Row, now: datetime = NOW) -> Row:
    """One attempt, and the webhook as it stands after it."""
    verify(key=row.key, now=now)
    return Row.objects.get(key=row.key)


def says(make: Any) -> Answer:
    """200 with what `make` makes of the challenge."""

    def answer(request: Request, line: Line) -> None:
        reply(200, make(request.json["data"]["challenge"]))(request, line)

    return answer


def test_a_server_that_answers_with_the_challenge_is_active(alice: Person, receiver: WebReceiver) -> None:
    row = asked(registered(alice, receiver.url))
    assert (row.state, row.verified_at, row.verify_due_at) == ("active", NOW, None)
    (request,) = receiver.received
    assert set(request.json) == {"type", "timestamp", "data"}
    assert (request.json["type"], request.json["data"]["webhook"]) == ("webhook.verification", str(row.id))
    asked(row, NOW + timedelta(days=1))
    assert len(receiver.received) == 1


def test_the_challenge_is_signed_like_everything_else(alice: Person, receiver: WebReceiver) -> None:
    content, now = Webhook(id=uuid4(), url=receiver.url), timezone.now()
    _, stored = put_webhook(user_id=alice.id, webhook_id=content.id, content=content, expected=None, now=now)
    assert stored
    assert stored.secret
    asked(stored.row, now)
    Verifier(stored.secret).verify(receiver.received[0].body, dict(receiver.received[0].headers))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(200), "the answer does not hold the challenge"),
        (reply(204), "the answer does not hold the challenge"),
        (says(lambda challenge: challenge.encode()), "the answer does not hold the challenge"),
        (says(lambda challenge: json.dumps([challenge]).encode()), "the answer does not hold the challenge"),
        (
            says(lambda challenge: json.dumps({"challenge": challenge + "x"}).encode()),
            "the answer does not hold the challenge",
        ),
        (says(lambda challenge: json.dumps({"challenge": 5}).encode()), "the answer does not hold the challenge"),
        (says(lambda challenge: b"[" * 50_000), "the answer does not hold the challenge"),
        (says(lambda challenge: b"a" * 100_000), "the answer does not hold the challenge"),
        (lambda request, line: reply(200, request.body)(request, line), "the answer does not hold the challenge"),
        (reply(500), "HTTP 500"),
        (reply(410), "HTTP 410"),
        (reply(302, Location="http://127.0.0.1/"), "HTTP 302"),
        (raw(b"hello\r\n\r\n"), "connection: RemoteProtocolError"),
    ],
    ids=["nothing", "204", "plain", "list", "another", "number", "deep", "long", "echo", "500", "410", "302", "prose"],
)
def test_any_other_answer_is_no_answer(alice: Person, receiver: WebReceiver, answer: Answer, error: str) -> None:
    receiver.script = [answer]
    row = asked(registered(alice, receiver.url))
    assert (row.state, row.last_error) == ("unverified", error)
    assert row.verify_due_at == NOW + RETRIES[0]


def test_a_challenge_is_never_used_twice(alice: Person, receiver: WebReceiver) -> None:
    receiver.script = [reply(500), reply(500)]
    row = asked(registered(alice, receiver.url))
    asked(row, NOW + RETRIES[0])
    first, second = (request.json["data"]["challenge"] for request in receiver.received)
    assert first != second


def test_it_is_asked_for_some_hours_and_then_disabled(alice: Person) -> None:
    row, now = registered(alice, f"http://127.0.0.1:{free_port()}/"), NOW
    for wait in RETRIES:
        row = asked(row, now)
        assert row.verify_due_at == now + wait
        now = row.verify_due_at
    row = asked(row, now)
    assert (row.state, row.disabled_reason, row.verify_due_at) == ("disabled", "not_verified", None)
    assert row.last_error == "connection: ConnectionRefusedError"
    assert not to_verify(now=now + timedelta(days=30)).exists()


def test_its_owner_may_have_it_asked_again(alice: Person, receiver: WebReceiver) -> None:
    row = registered(alice, receiver.url)
    Row.objects.update(state="disabled", disabled_reason="gone", verify_due_at=None, verify_attempts=7)
    answer = alice.post(f"webhooks/{row.id}/verify", {})
    assert (answer.status, answer.body["state"], answer.body["disabled_reason"]) == (200, "unverified", None)
    assert asked(row, timezone.now()).state == "active"
    assert alice.get(f"webhooks/{row.id}").body["state"] == "active"


def test_one_that_is_active_is_left_in_peace(alice: Person, receiver: WebReceiver) -> None:
    row = asked(registered(alice, receiver.url))
    assert alice.post(f"webhooks/{row.id}/verify", {}).body["state"] == "active"
    assert not to_verify(now=NOW + timedelta(days=1)).exists()


def test_a_new_address_must_answer_for_itself(alice: Person, receiver: WebReceiver) -> None:
    row = asked(registered(alice, receiver.url))
    moved(row, receiver.url + "/elsewhere", now=NOW + REST)
    there = Row.objects.get()
    assert (there.state, there.verified_at, there.verify_due_at) == ("unverified", None, NOW + REST)


def test_a_new_description_asks_nobody(alice: Person, receiver: WebReceiver) -> None:
    row = asked(registered(alice, receiver.url))
    content = Webhook(id=row.id, url=receiver.url, description="the same place")
    put_webhook(user_id=alice.id, webhook_id=row.id, content=content, expected="*", now=NOW)
    assert Row.objects.get().state == "active"


def test_an_answer_that_comes_after_the_address_was_changed_says_nothing_of_the_new_one(
    alice: Person, receiver: WebReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = registered(alice, receiver.url)

    def call_meanwhile(*arguments: Any, **named: Any) -> Any:
        answer = call(*arguments, **named)
        moved(row, "http://127.0.0.1:9/elsewhere")
        return answer

    monkeypatch.setattr("alerts.delivery.verify_webhook.send", call_meanwhile)
    assert asked(row).state == "unverified"
    assert len(receiver.received) == 1


def test_a_worker_that_dies_leaves_it_due_when_its_lease_ends(alice: Person, receiver: WebReceiver) -> None:
    row = registered(alice, receiver.url)
    Row.objects.update(verify_attempts=1, verify_due_at=NOW + LEASE)
    assert asked(row, NOW + LEASE - timedelta(seconds=1)).state == "unverified"
    assert asked(row, NOW + LEASE).state == "active"


def test_a_secret_that_cannot_be_opened_is_an_attempt_like_any_other(alice: Person, receiver: WebReceiver) -> None:
    row = registered(alice, receiver.url)
    WebhookSecret.objects.update(sealed=b"broken")
    row = asked(row)
    assert (row.state, row.verify_attempts, row.last_error) == ("unverified", 1, "the secret cannot be opened")
    assert receiver.received == []


def test_nobody_can_have_us_call_a_server_all_the_time(alice: Person, receiver: WebReceiver) -> None:
    receiver.script = [reply(500)]
    row = asked(registered(alice, receiver.url))
    for _ in range(3):
        verify_again(user_id=alice.id, webhook_id=row.id, now=NOW)
        moved(row, f"{receiver.url}/{uuid4()}")
        asked(row)
    assert len(receiver.received) == 1
    asked(row, NOW + REST)
    assert len(receiver.received) == 2


def test_nor_one_after_another(alice: Person, receiver: WebReceiver) -> None:
    for _ in range(12):
        row = asked(registered(alice, receiver.url))
        put_webhook(user_id=alice.id, webhook_id=row.id, content=None, expected=None, now=NOW)
    assert len(receiver.received) == 10


def test_secrets_survive_a_change_of_the_keys(alice: Person, receiver: WebReceiver, settings: Settings) -> None:
    row = registered(alice, receiver.url)
    old, new = settings.NOTE_KEYS, [Fernet.generate_key().decode()]
    settings.NOTE_KEYS = [*new, *old]
    said = StringIO()
    call_command("rotate_note_keys", stdout=said)
    assert "1 webhook secrets" in said.getvalue()
    settings.NOTE_KEYS = new
    assert asked(row).state == "active"


def test_asking_takes_its_turn_with_everything_else(alice: Person, receiver: WebReceiver) -> None:
    row = registered(alice, receiver.url)
    in_progress(row.receiver, count=2, until=NOW + LEASE)
    held = asked(row)
    assert (held.state, held.held, held.verify_attempts, held.verify_due_at) == ("unverified", True, 0, NOW + HELD_FOR)
    assert receiver.received == []
    assert asked(row, NOW + LEASE).state == "active"


def test_of_an_accounts_servers_one_is_asked_at_a_time(alice: Person, receiver: WebReceiver) -> None:
    first, second = (registered(alice, f"{receiver.url}/{number}") for number in range(2))
    in_progress("elsewhere.example:443", account=alice.id, unproved=True, until=NOW + LEASE)
    assert asked(second).held
    OutboundCall.objects.all().delete()
    now = NOW + timedelta(seconds=1)
    assert asked(first, now).state == "active"
    assert to_verify(now=now).get().key == second.key, "it is called when the first is done"


def test_a_server_that_does_not_answer_is_not_asked_meanwhile(alice: Person, receiver: WebReceiver) -> None:
    row = registered(alice, receiver.url)
    for _ in range(OPENS_AFTER):
        note_silence(row.receiver, now=NOW)
    assert (asked(row).verify_attempts, asked(row).verify_due_at) == (0, NOW + FIRST_REST)
    assert receiver.received == []


def test_an_account_has_only_so_many_verified_in_a_day(
    alice: Person, bob: Person, receiver: WebReceiver, settings: Settings
) -> None:
    budgets_of(settings, verification_account=2)
    first = registered(alice, receiver.url)
    moved(first, receiver.url + "/elsewhere")
    content = Webhook(id=uuid4(), url=receiver.url)
    refused = alice.put(f"webhooks/{content.id}", {"id": str(content.id), "url": content.url})
    assert refused.status == 429
    assert 11 * 3600 < int(refused.headers["Retry-After"]) <= 12 * 3600
    assert alice.post(f"webhooks/{first.id}/verify", {}).status == 429
    assert [one["id"] for one in alice.get("webhooks").body["items"]] == [str(first.id)]
    assert registered(bob, receiver.url).state == "unverified"


def test_a_server_is_asked_only_so_often_in_a_day_whoever_names_it(
    alice: Person, bob: Person, receiver: WebReceiver, settings: Settings
) -> None:
    budgets_of(settings, verification_receiver=1)
    assert asked(registered(alice, receiver.url)).state == "active"
    waits = asked(registered(bob, f"{receiver.url}/bob"))
    assert (waits.state, waits.verify_attempts, waits.last_error) == ("unverified", 0, ENOUGH)
    assert waits.verify_due_at is not None
    assert timedelta(hours=23) < waits.verify_due_at - NOW <= timedelta(hours=24)
    assert (len(receiver.received), OutboundCall.objects.count()) == (1, 0)
