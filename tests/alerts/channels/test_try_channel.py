"""An operator tries each channel by one command, and reads what the provider said."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from diary.models import Device
from tests.alerts.channels.google_double import Google, refused
from tests.alerts.channels.sending import mentions_health
from tests.alerts.channels.twilio_double import form, set_up
from tests.cast import Person
from tests.receiver import MailReceiver
from tests.web_receiver import WebReceiver

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Settings) -> Iterator[WebReceiver]:
    with WebReceiver() as running:
        yield set_up(settings, running)


@pytest.fixture
def google(settings: Settings) -> Iterator[Google]:
    with Google() as running:
        settings.FCM_CREDENTIALS, settings.FCM_URL = running.credentials, running.url
        yield running


def test_a_mail_says_that_it_is_a_test(mailbox: MailReceiver, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("try_channel", "email", "operator@example.org", "--language", "de")
    (received,) = mailbox.received
    assert received.recipients == ("operator@example.org",)
    assert received.mail["Content-Language"] == "de"
    assert not mentions_health(received.text)
    assert "Taken after" in capsys.readouterr().out


def test_what_the_mail_server_said_is_the_answer(mailbox: MailReceiver) -> None:
    mailbox.at_recipient = lambda _: "550 no such mailbox"
    with pytest.raises(CommandError, match="SMTP 550"):
        call_command("try_channel", "email", "operator@example.org")


def test_an_sms_goes_to_a_number_that_is_allowed(provider: WebReceiver) -> None:
    call_command("try_channel", "sms", "+34600000001")
    (request,) = provider.received
    assert form(request)["To"] == "+34600000001"


def test_no_other_number_costs_anything(provider: WebReceiver) -> None:
    with pytest.raises(CommandError, match="SMS_PREFIXES"):
        call_command("try_channel", "sms", "+881600000001")
    assert provider.received == []


def test_a_push_goes_to_each_phone_of_an_account(alice: Person, google: Google) -> None:
    for token in ("one", "two"):
        Device.objects.create(
            user=alice.user, id=uuid4(), platform="android", push_token=token, updated_at=timezone.now()
        )
    call_command("try_channel", "push", alice.email)
    assert {request.json["message"]["token"] for request in google.fcm.received} == {"one", "two"}


def test_what_google_said_is_the_answer_and_the_phone_is_kept(alice: Person, google: Google) -> None:
    google.fcm.script = [refused(404, "UNREGISTERED")]
    Device.objects.create(user=alice.user, id=uuid4(), platform="ios", push_token="one", updated_at=timezone.now())
    with pytest.raises(CommandError, match="FCM 404 UNREGISTERED"):
        call_command("try_channel", "push", alice.email)
    assert Device.objects.get().push_token == "one"


@pytest.mark.parametrize("channel", ["push", "web_push"])
def test_without_a_place_to_send_to_it_says_what_to_do(alice: Person, channel: str) -> None:
    with pytest.raises(CommandError, match="sign in there"):
        call_command("try_channel", channel, alice.email)
