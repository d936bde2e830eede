"""Push through Firebase Cloud Messaging, against a Google on loopback."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from alerts.channels import CHANNELS, Endpoint, push
from alerts.channels.notification import UNSEEN_AFTER
from alerts.messages.letter import SUBJECTS
from alerts.messages.message import Message
from alerts.outbound import call
from alerts.rules.tiers import Tier
from diary.models import Device
from diary.models.device import Platform
from tests.alerts.channels.google_double import PROJECT, TOKEN, Google, refused, signs_in, taken, violation
from tests.alerts.channels.message import MESSAGE
from tests.alerts.channels.sending import about, alarm, mentions_health, wait_of
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, saddle_numbness, write
from tests.cast import Person
from tests.web_receiver import Answer, reply, resets, slow

pytestmark = pytest.mark.django_db


@pytest.fixture
def google(settings: Settings) -> Iterator[Google]:
    """Google, and our service account there."""
    with Google() as running:
        settings.FCM_CREDENTIALS, settings.FCM_URL = running.credentials, running.url
        yield running


def phone_of(person: Person, token: str = "registration-token", *, platform: Platform = "android") -> Device:
    return Device.objects.create(
        user=person.user, id=uuid4(), platform=platform, push_token=token, updated_at=timezone.now()
    )


def alarm_all(person: Person) -> None:
    """As `alarm`, to several phones."""
    person.patch("preferences", {"channels": {"emergency": ["push"]}})
    write(person, saddle_numbness())
    deliver_all(NOON)


@pytest.mark.parametrize("platform", ["android", "ios"])
def test_the_phone_shows_the_subject_and_gets_ids_and_a_link(alice: Person, google: Google, platform: Platform) -> None:
    phone_of(alice, platform=platform)
    delivery = alarm(alice, "push")
    assert (delivery.state, delivery.provider_id) == ("sent", f"projects/{PROJECT}/messages/0:1")
    assert delivery.follow_up_at == NOON + UNSEEN_AFTER
    (request,) = google.fcm.received
    assert request.path == f"/v1/projects/{PROJECT}/messages:send"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    message = request.json["message"]
    assert message["token"] == "registration-token"
    assert message["notification"] == {"title": str(SUBJECTS["emergency"])}
    assert (
        message["data"].items()
        >= {
            "delivery": str(delivery.pk),
            "alert": str(delivery.alert_id),
            "patient": str(alice.patient_id),
        }.items()
    )
    assert set(message["data"]) == {"delivery", "alert", "patient", "subject", "link"}
    assert not mentions_health(request.body.decode())


def test_an_emergency_wakes_and_a_copy_replaces_what_it_copies(alice: Person, google: Google) -> None:
    phone_of(alice)
    delivery = alarm(alice, "push")
    message = google.fcm.received[0].json["message"]
    one = delivery.alert_id.hex
    assert message["android"] == {
        "collapse_key": one,
        "priority": "HIGH",
        "ttl": "86400s",
        "notification": {"tag": one, "channel_id": "now", "notification_priority": "PRIORITY_MAX"},
    }
    headers = message["apns"]["headers"]
    assert (headers["apns-priority"], headers["apns-collapse-id"]) == ("10", one)
    assert message["apns"]["payload"]["aps"] == {"sound": "default", "interruption-level": "time-sensitive"}


def test_where_apple_lets_the_app_an_emergency_rings_on_a_muted_phone(
    alice: Person, google: Google, settings: Settings
) -> None:
    settings.APPLE_CRITICAL_ALERTS = True
    phone_of(alice, platform="ios")
    alarm(alice, "push")
    aps = google.fcm.received[0].json["message"]["apns"]["payload"]["aps"]
    loud = {"critical": 1, "name": "default", "volume": 1.0}
    assert aps == {"sound": loud, "interruption-level": "critical"}


@pytest.mark.parametrize(
    ("about", "channel", "level"),
    [
        ({"tier": Tier.EMERGENCY, "pressing": True}, "now", "critical"),
        ({"tier": Tier.URGENT, "pressing": True}, "today", "time-sensitive"),
        ({"tier": Tier.SEE_DOCTOR, "pressing": False}, "soon", "active"),
        ({"tier": Tier.CHECK_UP, "pressing": False}, "sometime", "active"),
        ({"tier": Tier.WATCH, "pressing": False}, "quiet", "active"),
        ({"tier": None, "pressing": False}, "other", "active"),
    ],
)
def test_every_tier_has_a_channel_and_only_an_emergency_is_critical(
    google: Google, settings: Settings, about: dict[str, Any], channel: str, level: str
) -> None:
    settings.APPLE_CRITICAL_ALERTS = True
    message = Message(**{name: getattr(MESSAGE, name) for name in MESSAGE.__slots__} | about)
    CHANNELS["push"].send(message, Endpoint("", "registration-token"))
    sent = google.fcm.received[0].json["message"]
    assert sent["android"]["notification"]["channel_id"] == channel
    assert sent["apns"]["payload"]["aps"]["interruption-level"] == level


GONE: list[Answer] = [
    refused(404, "NOT_FOUND", error_code="UNREGISTERED"),
    refused(403, "PERMISSION_DENIED", error_code="SENDER_ID_MISMATCH"),
    refused(400, "INVALID_ARGUMENT", violation("message.token"), error_code="INVALID_ARGUMENT"),
    refused(400, "INVALID_ARGUMENT", violation("message.token")),
]


@pytest.mark.parametrize("answer", GONE)
def test_a_token_that_is_dead_is_retired(alice: Person, google: Google, answer: Answer) -> None:
    phone_of(alice)
    google.fcm.script = [answer]
    delivery = alarm(alice, "push")
    assert (delivery.state, delivery.last_error[:5]) == ("failed", "FCM 4")
    assert Device.objects.get().push_token is None
    assert CHANNELS["push"].endpoints(alice.id) == []


@pytest.mark.parametrize(
    "answer",
    [
        refused(400, "INVALID_ARGUMENT", error_code="INVALID_ARGUMENT"),
        refused(400, "INVALID_ARGUMENT", violation("message.data"), error_code="INVALID_ARGUMENT"),
    ],
)
def test_a_message_that_is_not_right_is_not_the_tokens_fault(alice: Person, google: Google, answer: Answer) -> None:
    phone_of(alice)
    google.fcm.script = [answer]
    delivery = alarm(alice, "push")
    assert (delivery.state, delivery.last_error) == ("failed", "FCM 400 INVALID_ARGUMENT")
    assert Device.objects.get().push_token == "registration-token"


TRIED_AGAIN: list[tuple[Answer, str, tuple[timedelta, timedelta]]] = [
    (refused(429, "RESOURCE_EXHAUSTED", error_code="QUOTA_EXCEEDED"), "FCM 429 QUOTA_EXCEEDED", about(60 / 0.9)),
    (
        refused(429, "RESOURCE_EXHAUSTED", error_code="QUOTA_EXCEEDED", Retry_After="300"),
        "FCM 429 QUOTA_EXCEEDED",
        (timedelta(seconds=300),) * 2,
    ),
    (
        refused(503, "UNAVAILABLE", error_code="UNAVAILABLE", Retry_After="90"),
        "FCM 503 UNAVAILABLE",
        (timedelta(seconds=90),) * 2,
    ),
    (refused(500, "INTERNAL", error_code="INTERNAL"), "FCM 500 INTERNAL", about(10)),
    (refused(401, "UNAUTHENTICATED", error_code="THIRD_PARTY_AUTH_ERROR"), "FCM 401 THIRD_PARTY_AUTH_ERROR", about(10)),
    (refused(403, "PERMISSION_DENIED"), "FCM 403 PERMISSION_DENIED", about(10)),
    (refused(404, "NOT_FOUND"), "FCM 404 NOT_FOUND", about(10)),
    (reply(502, b"<html>"), "FCM 502", about(10)),
]


@pytest.mark.parametrize(("answer", "error", "wait"), TRIED_AGAIN)
def test_what_may_pass_or_be_mended_is_tried_again(
    alice: Person, google: Google, answer: Answer, error: str, wait: tuple[timedelta, timedelta]
) -> None:
    phone_of(alice)
    google.fcm.script = [answer, taken()]
    delivery = alarm(alice, "push")
    assert (delivery.state, delivery.last_error, delivery.unconfirmed) == ("owed", error, False)
    assert wait[0] <= wait_of(delivery) <= wait[1]
    assert delivery.next_attempt_at is not None
    deliver_all(delivery.next_attempt_at)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 2)
    first, second = (request.json["message"]["data"] for request in google.fcm.received)
    assert first["delivery"] == second["delivery"]
    assert Device.objects.get().push_token == "registration-token"


@pytest.mark.parametrize(
    ("answer", "error"), [(resets(), "connection: ConnectionResetError"), (slow(5, taken()), "timed out")]
)
def test_without_an_answer_it_may_have_arrived(
    alice: Person, google: Google, monkeypatch: pytest.MonkeyPatch, answer: Answer, error: str
) -> None:
    monkeypatch.setattr(push, "call", partial(call, within=1.0))
    phone_of(alice)
    google.fcm.script = [answer]
    delivery = alarm(alice, "push")
    assert (delivery.state, delivery.last_error, delivery.unconfirmed) == ("owed", error, True)
    assert about(10)[0] <= wait_of(delivery) <= about(10)[1]


def test_an_answer_that_breaks_off_was_a_yes(alice: Person, google: Google) -> None:
    phone_of(alice)
    google.fcm.script = [resets(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"na')]
    delivery = alarm(alice, "push")
    assert (delivery.state, delivery.provider_id) == ("sent", "")


def test_one_access_token_serves_many_messages(alice: Person, google: Google) -> None:
    phone_of(alice)
    phone_of(alice, "another-token", platform="ios")
    alarm_all(alice)
    assert len(google.fcm.received) == 2
    assert len(google.sign_in.received) == 1


def test_an_access_token_that_soon_ends_is_renewed_before_it_does(alice: Person, google: Google) -> None:
    phone_of(alice)
    phone_of(alice, "another-token")
    google.sign_in.script = [signs_in("first", seconds=200), signs_in("second")]
    alarm_all(alice)
    used = [request.headers["authorization"] for request in google.fcm.received]
    assert used == ["Bearer first", "Bearer second"]


def test_an_access_token_that_was_refused_is_not_used_again(alice: Person, google: Google) -> None:
    phone_of(alice)
    google.sign_in.script = [signs_in("revoked"), signs_in("new")]
    google.fcm.script = [refused(401, "UNAUTHENTICATED"), taken()]
    delivery = alarm(alice, "push")
    assert delivery.next_attempt_at is not None
    deliver_all(delivery.next_attempt_at)
    used = [request.headers["authorization"] for request in google.fcm.received]
    assert used == ["Bearer revoked", "Bearer new"]


@pytest.mark.parametrize("answer", [reply(400, b'{"error": "invalid_grant"}'), resets()])
def test_trouble_with_our_sign_in_is_nobody_elses_fault(alice: Person, google: Google, answer: Answer) -> None:
    phone_of(alice)
    google.sign_in.script = [answer]
    delivery = alarm(alice, "push")
    assert (delivery.state, delivery.unconfirmed) == ("owed", False)
    assert delivery.last_error.startswith("sign-in at Google: ")
    assert about(10)[0] <= wait_of(delivery) <= about(10)[1]
    assert not google.fcm.received
    assert Device.objects.get().push_token == "registration-token"


def test_without_credentials_nobody_is_pushed_to(alice: Person, google: Google, settings: Settings) -> None:
    phone_of(alice)
    assert len(CHANNELS["push"].endpoints(alice.id)) == 1
    settings.FCM_CREDENTIALS = ""
    assert CHANNELS["push"].endpoints(alice.id) == []


def test_browsers_are_not_reached_this_way(alice: Person, google: Google) -> None:
    phone_of(alice, platform="web")
    assert CHANNELS["push"].endpoints(alice.id) == []
