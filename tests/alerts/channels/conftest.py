"""The receivers that messages go to, on loopback, and a person whom all of them reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from diary.models import Device, Phone
from tests.alerts.channels.browser import Browser
from tests.alerts.channels.google_double import Google
from tests.alerts.channels.twilio_double import set_up
from tests.cast import Person
from tests.receiver import MailReceiver
from tests.web_receiver import WebReceiver, reply

VAPID_PRIVATE_KEY = "n3FZD0RPiKZGQv-q8Wwyj2UrOJkVhFmMG3W8bO5nXAs"


@dataclass(frozen=True)
class Receivers:
    """Where Alice is reached: `google` pushes to her phone, `push_service` to her browser, `twilio` sends her SMS."""

    google: Google
    push_service: WebReceiver
    browser: Browser
    twilio: WebReceiver
    mailbox: MailReceiver


@pytest.fixture
def receivers(alice: Person, settings: Settings, mailbox: MailReceiver) -> Iterator[Receivers]:
    """Every channel to a person is set up, and Alice uses all of them."""
    settings.VAPID_PRIVATE_KEY = VAPID_PRIVATE_KEY
    with Google() as google, WebReceiver() as push_service, WebReceiver() as twilio:
        settings.FCM_CREDENTIALS, settings.FCM_URL = google.credentials, google.url
        push_service.script = [reply(201)]
        browser = Browser(push_service.url, server_key=alice.get("push-key").body["web_push"])
        browser.belongs_to(alice)
        now = timezone.now()
        Device.objects.create(
            user=alice.user,
            id=uuid4(),
            platform="ios",
            push_token="registration-token",
            push_proved_at=now,
            updated_at=now,
        )
        Phone.objects.create(user=alice.user, number="+34600000001", verified_at=timezone.now())
        yield Receivers(google, push_service, browser, set_up(settings, twilio), mailbox)
