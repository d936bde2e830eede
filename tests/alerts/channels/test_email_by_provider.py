"""Email through the API of a provider (here Postmark's, by Anymail), against a double of it on loopback."""

import json
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from pytest_django import Settings

from alerts.messages.letter import SUBJECTS
from diary.models import ErasureRequest
from diary.reaching.mail_failures import is_final
from tests.alerts.channels.sending import about, alarm, wait_of
from tests.alerts.delivery.sweep import deliver_all
from tests.cast import Person
from tests.web_receiver import Answer, WebReceiver, reply, resets, slow

pytestmark = pytest.mark.django_db
ALICE = "alice@example.org"


def taken(id_: str = "postmark-1") -> Answer:
    return reply(200, json.dumps({"ErrorCode": 0, "Message": "OK", "To": ALICE, "MessageID": id_}).encode())


def refused(code: int, message: str) -> Answer:
    return reply(422, json.dumps({"ErrorCode": code, "Message": message}).encode())


INACTIVE = refused(
    406,
    "You tried to send to a recipient that has been marked as inactive.\n"
    f"Found inactive addresses: {ALICE}.\nInactive recipients are ones that have generated a hard bounce.",
)


@pytest.fixture
def provider(settings: Settings) -> Iterator[WebReceiver]:
    with WebReceiver() as running:
        running.script = [taken()]
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {
            "POSTMARK_SERVER_TOKEN": "secret",
            "POSTMARK_API_URL": running.url.removesuffix("hook"),
            "REQUESTS_TIMEOUT": 1,
        }
        yield running


def test_the_provider_gets_the_whole_letter_and_gives_its_id(alice: Person, provider: WebReceiver) -> None:
    delivery = alarm(alice, "email")
    assert (delivery.state, delivery.provider_id) == ("sent", "postmark-1")
    sent = provider.received[0].json
    assert (sent["To"], sent["Subject"]) == (ALICE, str(SUBJECTS["emergency"]))
    headers = {header["Name"]: header["Value"] for header in sent["Headers"]}
    assert headers["Message-ID"] == f"<{delivery.pk}@localhost>"
    assert not [name for name in headers if name.lower().startswith("list-")]  # an emergency can't be stopped
    assert sent["TextBody"]
    assert sent["HtmlBody"]


@pytest.mark.parametrize("answer", [INACTIVE, refused(300, f"Invalid 'To' address: '{ALICE}'.")])
def test_a_refused_recipient_is_final(alice: Person, provider: WebReceiver, answer: Answer) -> None:
    provider.script = [answer]
    delivery = alarm(alice, "email")
    assert (delivery.state, delivery.last_error) == ("failed", "the mail provider cannot deliver to this address")


TRIED_AGAIN: list[tuple[Answer, str, bool, tuple[timedelta, timedelta]]] = [
    (reply(429, b"{}", Retry_After="120"), "mail provider 429", False, (timedelta(seconds=120),) * 2),
    (reply(429, b"{}"), "mail provider 429", False, about(30)),
    (reply(401, b"{}"), "mail provider 401", False, about(30)),
    (reply(500, b"{}"), "mail provider 500", False, about(30)),
    (refused(400, "Sender signature not found"), "mail provider 422", False, about(30)),
    (reply(200, b"<html>"), "mail provider 200", True, about(30)),
    (resets(), "mail provider: ConnectionError", True, about(30)),
    (slow(5, taken()), "mail provider: ReadTimeout", True, about(30)),
]


@pytest.mark.parametrize(("answer", "error", "unconfirmed", "wait"), TRIED_AGAIN)
def test_what_may_pass_or_be_mended_is_tried_again(
    alice: Person,
    provider: WebReceiver,
    answer: Answer,
    error: str,
    unconfirmed: bool,
    wait: tuple[timedelta, timedelta],
) -> None:
    provider.script = [answer, taken()]
    delivery = alarm(alice, "email")
    assert (delivery.state, delivery.last_error, delivery.unconfirmed) == ("owed", error, unconfirmed)
    assert wait[0] <= wait_of(delivery) <= wait[1]
    assert delivery.next_attempt_at is not None
    deliver_all(delivery.next_attempt_at)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 2)
    first, second = (request.json["Headers"] for request in provider.received)
    assert first == second


def test_mails_about_accounts_fail_as_softly_as_by_smtp(alice: Person, provider: WebReceiver) -> None:
    alice.user.set_password("correct horse battery staple")
    alice.user.credentials_epoch -= 1
    alice.user.save()
    provider.script = [INACTIVE]
    answer = alice.send("DELETE", "account", {"password": "correct horse battery staple"})
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert not ErasureRequest.objects.exists()


@pytest.mark.parametrize(
    ("error", "final"),
    [
        (SMTPRecipientsRefused({"a@b": (550, b"no")}), True),
        (SMTPRecipientsRefused({"a@b": (451, b"later")}), False),
        (SMTPDataError(554, b"no"), True),
        (SMTPDataError(451, b"later"), False),
        (SMTPServerDisconnected(), False),
        (TimeoutError(), False),
        (AnymailRecipientsRefused(), True),
        (AnymailError(), False),
    ],
)
def test_only_what_is_about_the_recipient_or_the_mail_is_final(error: Exception, final: bool) -> None:
    assert is_final(error) is final
