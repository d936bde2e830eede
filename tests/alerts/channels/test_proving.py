"""A browser or phone proves itself by the first message that reaches it; until then others are used as well."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from alerts.channels import CHANNELS
from alerts.models import Delivery
from alerts.screening.diary import screen_diary
from diary.models import Device
from tests.alerts.channels.browser import Browser
from tests.alerts.channels.conftest import VAPID_PRIVATE_KEY
from tests.alerts.channels.google_double import Google
from tests.alerts.channels.sending import alarm
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person
from tests.web_receiver import WebReceiver, reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Settings) -> Iterator[WebReceiver]:
    """A push service."""
    settings.VAPID_PRIVATE_KEY = VAPID_PRIVATE_KEY
    with WebReceiver() as running:
        running.script = [reply(201)]
        yield running


@pytest.fixture
def browser(alice: Person, service: WebReceiver) -> Device:
    """Alice's, new."""
    return Browser(service.url, server_key="").belongs_to(alice, proved=False)


def channels_of(person: Person) -> set[str]:
    return set(Delivery.objects.filter(recipient=person.user).values_list("channel", flat=True))


def can_wait(person: Person) -> None:
    write(person, *nights_that_no_tablet_helped())
    screen_diary(patient_id=person.patient_id, now=NOON)


def test_an_emergency_goes_by_mail_too_while_the_browser_is_unproved(alice: Person, browser: Device) -> None:
    alice.patch("preferences", {"channels": {"emergency": ["web_push"]}})
    write(alice, saddle_numbness())
    assert channels_of(alice) == {"web_push", "email"}


def test_a_proved_browser_is_enough_for_who_chose_it(alice: Person, browser: Device) -> None:
    Device.objects.update(push_proved_at=NOON)
    alice.patch("preferences", {"channels": {"emergency": ["web_push"]}})
    write(alice, saddle_numbness())
    assert channels_of(alice) == {"web_push"}


def test_one_proved_browser_beside_an_unproved_one_is_enough(
    alice: Person, browser: Device, service: WebReceiver
) -> None:
    Browser(f"{service.url}/2", server_key="").belongs_to(alice)
    alice.patch("preferences", {"channels": {"emergency": ["web_push"]}})
    write(alice, saddle_numbness())
    assert channels_of(alice) == {"web_push"}


def test_what_can_wait_goes_the_next_way_too_up_to_a_proved_one(alice: Person, browser: Device) -> None:
    can_wait(alice)
    assert channels_of(alice) == {"web_push", "email"}


def test_what_can_wait_goes_one_way_once_it_is_proved(alice: Person, browser: Device) -> None:
    Device.objects.update(push_proved_at=NOON)
    can_wait(alice)
    assert channels_of(alice) == {"web_push"}


def test_who_stopped_mails_gets_none_for_it(alice: Person, browser: Device) -> None:
    alice.patch("preferences", {"channels": {"see_doctor": ["web_push"]}})
    can_wait(alice)
    assert channels_of(alice) == {"web_push"}


def test_the_first_message_that_is_taken_proves_a_browser(alice: Person, browser: Device) -> None:
    assert [one.proved for one in CHANNELS["web_push"].endpoints(alice.id)] == [False]
    assert alarm(alice, "web_push").state == "sent"
    assert [one.proved for one in CHANNELS["web_push"].endpoints(alice.id)] == [True]


def test_one_that_is_refused_proves_nothing(alice: Person, browser: Device, service: WebReceiver) -> None:
    service.script = [reply(500)]
    alarm(alice, "web_push")
    assert Device.objects.get().push_proved_at is None


def test_the_first_message_that_is_taken_proves_a_phone(alice: Person, settings: Settings) -> None:
    Device.objects.create(
        user=alice.user, id=uuid4(), platform="ios", push_token="registration-token", updated_at=timezone.now()
    )
    with Google() as google:
        settings.FCM_CREDENTIALS, settings.FCM_URL = google.credentials, google.url
        assert alarm(alice, "push").state == "sent"
        assert channels_of(alice) == {"push", "email"}
        assert [one.proved for one in CHANNELS["push"].endpoints(alice.id)] == [True]


def test_a_browser_that_ended_its_subscription_is_proved_no_more(
    alice: Person, browser: Device, service: WebReceiver
) -> None:
    Device.objects.update(push_proved_at=NOON)
    service.script = [reply(410)]
    alarm(alice, "web_push")
    assert (Device.objects.get().push_token, Device.objects.get().push_proved_at) == (None, None)


def test_the_address_of_a_browser_that_may_not_be_called_holds_up_nobody(
    alice: Person, browser: Device, settings: Settings
) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    alice.patch("preferences", {"channels": {"emergency": ["web_push"]}})
    write(alice, saddle_numbness())
    deliver_all(NOON)
    assert Delivery.objects.get(channel="web_push").last_error == "must begin with https:// and use port 443 or 8443"
