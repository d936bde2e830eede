"""SMS through Twilio, against a Twilio on loopback."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone
from pytest_django import Settings

from alerts.channels import CHANNELS, Endpoint
from alerts.messages.message import Message
from diary.models import Phone
from diary.reaching.sms import twilio
from tests.alerts.channels.message import MESSAGE
from tests.alerts.channels.sending import about, alarm, mentions_health, wait_of
from tests.alerts.channels.twilio_double import SENDER, form, refused, set_up, taken
from tests.alerts.delivery.sweep import deliver_all
from tests.cast import Person
from tests.web_receiver import Answer, WebReceiver, reply, resets, slow

pytestmark = pytest.mark.django_db
NUMBER = "+34600000001"


@pytest.fixture
def provider(settings: Settings) -> Iterator[WebReceiver]:
    with WebReceiver() as running:
        yield set_up(settings, running)


@pytest.fixture
def alice(alice: Person) -> Person:
    """With a proved number."""
    Phone.objects.create(user=alice.user, number=NUMBER, verified_at=timezone.now())
    return alice


def test_the_text_is_a_subject_and_a_link_in_one_message(
    alice: Person, provider: WebReceiver, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://diary.example.org"
    delivery = alarm(alice, "sms")
    assert (delivery.state, delivery.provider_id, delivery.follow_up_at) == ("sent", "SM1", None)
    (request,) = provider.received
    sent = form(request)
    assert (sent["To"], sent["From"]) == (NUMBER, SENDER)
    subject, _, link = sent["Body"].rpartition(" ")
    assert subject == "Please read this now"
    assert link.startswith("https://diary.example.org/a/")
    assert len(sent["Body"]) <= 160
    assert not mentions_health(subject)


@pytest.mark.parametrize(
    ("subject", "sent"),
    [
        ("Un mensaje de tu diario: léelo aquí", "Un mensaje de tu diario: léelo aqui"),
        ("Nachricht für Größe", "Nachricht für Größe"),
        ("À lire dès aujourd’hui ça", "A lire dès aujourd'hui ca"),
        ("日記", "日記"),
    ],
)
def test_letters_that_would_double_a_message_are_written_plainly(
    alice: Person, provider: WebReceiver, subject: str, sent: str
) -> None:
    letter = Message(**{name: getattr(MESSAGE, name) for name in MESSAGE.__slots__} | {"subject": subject})
    CHANNELS["sms"].send(letter, Endpoint("", NUMBER))
    assert form(provider.received[0])["Body"] == f"{sent} {MESSAGE.link}"


def test_a_messaging_service_can_be_the_sender(alice: Person, provider: WebReceiver, settings: Settings) -> None:
    settings.SMS_SENDER = "MG0123"
    alarm(alice, "sms")
    sent = form(provider.received[0])
    assert sent["MessagingServiceSid"] == "MG0123"
    assert "From" not in sent


@pytest.mark.parametrize("code", [21211, 21610, 21614, 30005])
def test_a_number_that_takes_no_sms_is_not_tried_again(alice: Person, provider: WebReceiver, code: int) -> None:
    provider.script = [refused(code)]
    delivery = alarm(alice, "sms")
    assert (delivery.state, delivery.last_error) == ("failed", f"Twilio 400 {code}")


def test_what_fails_after_it_was_taken_failed(alice: Person, provider: WebReceiver) -> None:
    provider.script = [reply(201, b'{"sid": "SM1", "status": "failed", "error_code": 30008}')]
    delivery = alarm(alice, "sms")
    assert (delivery.state, delivery.last_error) == ("owed", "Twilio 201 30008")


TRIED_AGAIN: list[tuple[Answer, str, tuple[timedelta, timedelta]]] = [
    (refused(20429, 429, Retry_After="120"), "Twilio 429 20429", (timedelta(seconds=120),) * 2),
    (refused(20429, 429), "Twilio 429 20429", about(30)),
    (refused(20003, 401), "Twilio 401 20003", about(30)),
    (refused(21606), "Twilio 400 21606", about(30)),
    (refused(20500, 500), "Twilio 500 20500", about(30)),
    (reply(503, b"<html>"), "Twilio 503", about(30)),
]


@pytest.mark.parametrize(("answer", "error", "wait"), TRIED_AGAIN)
def test_what_may_pass_or_be_mended_is_tried_again(
    alice: Person, provider: WebReceiver, answer: Answer, error: str, wait: tuple[timedelta, timedelta]
) -> None:
    provider.script = [answer, taken("SM2")]
    delivery = alarm(alice, "sms")
    assert (delivery.state, delivery.last_error, delivery.unconfirmed) == ("owed", error, False)
    assert wait[0] <= wait_of(delivery) <= wait[1]
    assert delivery.next_attempt_at is not None
    deliver_all(delivery.next_attempt_at)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.provider_id) == ("sent", 2, "SM2")


@pytest.mark.parametrize("answer", [resets(), slow(5, taken())])
def test_without_an_answer_it_may_have_arrived(
    alice: Person, provider: WebReceiver, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    monkeypatch.setattr(twilio, "_PATIENCE", httpx.Timeout(1.0))
    provider.script = [answer]
    delivery = alarm(alice, "sms")
    assert (delivery.state, delivery.unconfirmed) == ("owed", True)
    assert about(30)[0] <= wait_of(delivery) <= about(30)[1]


def test_a_provider_that_is_not_there_surely_has_nothing(
    alice: Person, provider: WebReceiver, settings: Settings
) -> None:
    settings.TWILIO_URL = "http://127.0.0.1:9"
    delivery = alarm(alice, "sms")
    assert (delivery.state, delivery.last_error, delivery.unconfirmed) == ("owed", "connection: ConnectError", False)


def test_only_a_proved_number_is_sent_to(alice: Person, provider: WebReceiver, settings: Settings) -> None:
    channel = CHANNELS["sms"]
    assert channel.endpoints(alice.id) == [Endpoint("", NUMBER)]
    assert NUMBER not in repr(channel.endpoints(alice.id))
    Phone.objects.update(
        number=None, verified_at=None, asked_number=NUMBER, code_digest="…", code_sent_at=timezone.now()
    )
    assert channel.endpoints(alice.id) == []


def test_without_a_provider_nobody_is_sent_to(alice: Person, provider: WebReceiver, settings: Settings) -> None:
    settings.SMS_PROVIDER = ""
    assert CHANNELS["sms"].endpoints(alice.id) == []
