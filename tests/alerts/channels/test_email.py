"""Email against a server that drops the line, or is not there: what may have been taken, and what surely was not."""

from collections.abc import Iterator
from dataclasses import replace
from email.policy import compat32
from uuid import UUID

import pytest
from pytest_django import Settings

from alerts.channels import CHANNELS, ChannelError, Endpoint
from alerts.channels.email import one_connection
from alerts.messages.links import unsubscribe_link
from alerts.rules.tiers import Tier
from backend.local.embedded.server import free_port
from tests.alerts.channels.message import MESSAGE
from tests.receiver import HANG_UP, MailReceiver

ALICE = "alice@example.org"
TO = Endpoint("", ALICE)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[MailReceiver]:
    with MailReceiver() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(running.url.rpartition(":")[2])
        yield running


def test_the_mail_has_both_texts_and_is_marked_as_automatic(receiver: MailReceiver) -> None:
    assert CHANNELS["email"].send(MESSAGE, TO) == "<0190@localhost>"
    (received,) = receiver.sent_to(ALICE)
    assert (received.text.strip(), received.html.strip()) == ("Words.", "<p>Words.</p>")
    assert (received.mail["Auto-Submitted"], received.mail["Message-ID"]) == ("auto-generated", "<0190@localhost>")


def test_a_mail_program_can_unsubscribe_with_one_click(receiver: MailReceiver) -> None:
    link = unsubscribe_link(UUID(int=2**127), Tier.SEE_DOCTOR, 3).replace(
        "http://127.0.0.1:8000", "https://diary.example"
    )
    CHANNELS["email"].send(replace(MESSAGE, unsubscribe=link), TO)
    mail = receiver.sent_to(ALICE)[0].mail
    assert mail["List-Unsubscribe"].strip() == f"<{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_link_in_the_header_is_not_broken_over_lines(receiver: MailReceiver) -> None:
    link = f"https://a-service-with-a-long-name.region-7.health.example.org/u/{'x' * 90}"
    CHANNELS["email"].send(replace(MESSAGE, unsubscribe=link), TO)
    (received,) = receiver.sent_to(ALICE)
    assert f"<{link}>\n" in received.mail.as_bytes(policy=compat32).decode()


def test_what_is_no_list_has_no_way_out_of_one(receiver: MailReceiver) -> None:
    CHANNELS["email"].send(MESSAGE, TO)
    assert "List-Unsubscribe" not in receiver.sent_to(ALICE)[0].mail


def test_a_line_dropped_after_the_mail_was_handed_over_proves_nothing(receiver: MailReceiver) -> None:
    receiver.before_answer = lambda _: HANG_UP
    with pytest.raises(ChannelError) as raised:
        CHANNELS["email"].send(MESSAGE, TO)
    assert (raised.value.permanent, raised.value.unconfirmed) == (False, True)


def test_a_server_that_is_not_there_surely_has_nothing(receiver: MailReceiver, settings: Settings) -> None:
    settings.EMAIL_PORT = free_port()
    with pytest.raises(ChannelError) as raised:
        CHANNELS["email"].send(MESSAGE, TO)
    assert (raised.value.permanent, raised.value.unconfirmed) == (False, False)


@pytest.mark.parametrize(("reply", "permanent"), [("451 later", False), ("550 never", True)])
def test_a_refusal_says_whether_it_is_final(receiver: MailReceiver, reply: str, permanent: bool) -> None:
    receiver.before_answer = lambda _: reply
    with pytest.raises(ChannelError) as raised:
        CHANNELS["email"].send(MESSAGE, TO)
    assert (raised.value.permanent, raised.value.unconfirmed) == (permanent, False)


def test_mails_sent_together_share_a_connection(receiver: MailReceiver) -> None:
    with one_connection():
        for _ in range(3):
            CHANNELS["email"].send(MESSAGE, TO)
    assert (len(receiver.received), receiver.connections) == (3, 1)
    CHANNELS["email"].send(MESSAGE, TO)
    assert (len(receiver.received), receiver.connections) == (4, 2)


@pytest.mark.parametrize("trouble", [HANG_UP, "550 no", "421 too many"])
def test_trouble_with_one_of_them_holds_back_none_of_the_others(receiver: MailReceiver, trouble: str) -> None:
    replies = iter([None, trouble, None, None])
    receiver.before_answer = lambda _: next(replies)
    with one_connection():
        CHANNELS["email"].send(MESSAGE, TO)
        with pytest.raises(ChannelError):
            CHANNELS["email"].send(MESSAGE, TO)
        CHANNELS["email"].send(MESSAGE, TO)
        CHANNELS["email"].send(MESSAGE, TO)
    assert (len(receiver.received), receiver.connections) == (4, 2)
