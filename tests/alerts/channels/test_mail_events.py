"""A mail that comes back has failed after all: what a provider reports, signed, through `/mail-events`."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from alerts.models import Alert, Delivery
from alerts.screening.diary import screen_diary
from diary.models import FailingEndpoint, Notice
from tests.alerts.channels.conftest import Receivers
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person
from tests.receiver import MailReceiver
from tests.web_receiver import WebReceiver, reply

pytestmark = pytest.mark.django_db

SECRET = "diary:qG8-7jT_2bXz5LdYw0NfRkVhCmPs4Ua1"
BEFORE = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def provider(settings: Settings) -> Iterator[WebReceiver]:
    """Postmark takes every mail."""
    with WebReceiver() as running:
        taken = {"ErrorCode": 0, "Message": "OK", "To": "alice@example.org", "MessageID": "postmark-1"}
        running.script = [reply(200, json.dumps(taken).encode())]
        settings.EMAIL_PROVIDER = "postmark"
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {
            "POSTMARK_SERVER_TOKEN": "secret",
            "POSTMARK_API_URL": running.url.removesuffix("hook"),
            "REQUESTS_TIMEOUT": 1,
            "WEBHOOK_SECRET": SECRET,
        }
        yield running


def bounce(kind: str = "HardBounce", *, email: str = "alice@example.org", **more: Any) -> dict[str, Any]:
    record = "SpamComplaint" if kind == "SpamComplaint" else "Bounce"
    at = timezone.now().isoformat()
    return {"RecordType": record, "Type": kind, "MessageID": "postmark-1", "Email": email, "BouncedAt": at, **more}


def delivered(at: datetime, email: str = "alice@example.org") -> dict[str, Any]:
    return {"RecordType": "Delivery", "MessageID": "postmark-1", "Recipient": email, "DeliveredAt": at.isoformat()}


def reported(event: dict[str, Any], *, secret: str | None = SECRET) -> int:
    """The status of the answer to Postmark."""
    headers = {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"} if secret else {}
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/mail-events", json.dumps(event), content_type="application/json", headers=headers)
    assert not answer.content
    return answer.status_code


def told_by_mail(person: Person) -> Delivery:
    """An alert that can wait goes by mail, which the provider takes."""
    person.patch("preferences", {"channels": {"see_doctor": ["email", "push"]}})
    write(person, *nights_that_no_tablet_helped())
    screen_diary(patient_id=person.patient_id, now=NOON)
    deliver_all(NOON)
    delivery = Delivery.objects.get(alert__rule="night_rest_not_responding", channel="email")
    assert delivery.state == "sent"
    return delivery


def channels() -> dict[str, str]:
    alert = Alert.objects.get(rule="night_rest_not_responding")
    return dict(alert.deliveries.values_list("channel", "state"))


def test_a_mail_that_comes_back_is_followed_by_the_next_channel_at_once(
    alice: Person, receivers: Receivers, provider: WebReceiver
) -> None:
    delivery = told_by_mail(alice)

    assert reported(bounce()) == 200

    delivery.refresh_from_db()
    assert (delivery.state, delivery.sent_at, delivery.last_error) == ("failed", None, "the mail came back")
    assert channels() == {"email": "failed", "push": "owed"}
    assert provider.received[0].json["Metadata"] == {"reference": str(delivery.message)}


def test_the_report_names_the_mail_by_our_reference_where_the_provider_says_it(
    alice: Person, receivers: Receivers, provider: WebReceiver
) -> None:
    delivery = told_by_mail(alice)

    assert reported(bounce(MessageID="of a copy", Metadata={"reference": str(delivery.message)})) == 200

    assert channels()["email"] == "failed"


def test_a_report_twice_changes_nothing_twice(alice: Person, receivers: Receivers, provider: WebReceiver) -> None:
    told_by_mail(alice)
    event = bounce()

    assert [reported(event), reported(event)] == [200, 200]

    assert Delivery.objects.filter(channel="push").count() == 1
    assert Notice.objects.filter(kind="endpoint_failing").count() == 2  # her phone and her browser


def test_a_report_that_overtakes_our_own_record_is_to_come_again(
    alice: Person, receivers: Receivers, provider: WebReceiver
) -> None:
    delivery = told_by_mail(alice)
    Delivery.objects.filter(pk=delivery.pk).update(state="sending", sent_at=None, next_attempt_at=NOON)

    assert reported(bounce()) == 503

    assert channels() == {"email": "sending"}


def test_she_is_told_elsewhere_that_her_mail_no_longer_arrives(
    alice: Person, receivers: Receivers, provider: WebReceiver
) -> None:
    told_by_mail(alice)
    Notice.objects.all().delete()

    reported(bounce())

    assert set(Notice.objects.values_list("channel", "kind")) == {
        ("push", "endpoint_failing"),
        ("web_push", "endpoint_failing"),
    }


def test_the_circle_sees_that_she_cannot_be_reached(alice: Person, bob: Person, provider: WebReceiver) -> None:
    bob.cares_for(alice, "alerts")
    assert alice.get("patients/me/caregivers").body["patient_reachable"]
    assert bob.get("caring").body["items"][0]["reachable"]

    reported(bounce())

    assert not alice.get("patients/me/caregivers").body["patient_reachable"]
    assert [one["reachable"] for one in alice.get("patients/me/caregivers").body["items"]] == [True]
    assert not bob.get("caring").body["items"][0]["reachable"]
    (shown,) = alice.get("account/endpoints").body["items"]
    assert (shown["channel"], shown["state"], shown["reason"]) == ("email", "dead", "bounced")


@pytest.mark.parametrize(("kind", "state"), [("SoftBounce", "dead"), ("VirusNotification", "failing")])
def test_what_may_pass_is_not_death(alice: Person, provider: WebReceiver, kind: str, state: str) -> None:
    reported(bounce(kind))

    assert FailingEndpoint.objects.get().state == state


def test_a_mail_that_is_only_late_is_no_failure(alice: Person, provider: WebReceiver) -> None:
    assert reported(bounce("Transient")) == 200
    assert not FailingEndpoint.objects.exists()


def test_spam_says_that_it_arrived_and_is_not_wanted(
    alice: Person, receivers: Receivers, provider: WebReceiver
) -> None:
    told_by_mail(alice)

    assert reported(bounce("SpamComplaint")) == 200

    assert channels() == {"email": "sent"}
    assert FailingEndpoint.objects.get().reason == "complained"


def test_what_arrives_later_shows_that_the_mailbox_works_again(alice: Person, provider: WebReceiver) -> None:
    reported(bounce())
    assert reported(delivered(BEFORE)) == 200
    assert FailingEndpoint.objects.exists()

    assert reported(delivered(timezone.now() + timedelta(seconds=1))) == 200

    assert not FailingEndpoint.objects.exists()


def test_that_a_mail_arrived_is_noted_with_it(alice: Person, receivers: Receivers, provider: WebReceiver) -> None:
    delivery = told_by_mail(alice)

    reported(delivered(NOON))

    delivery.refresh_from_db()
    assert delivery.delivered_at == NOON


def test_an_emergency_goes_to_a_dead_mailbox_all_the_same(
    alice: Person, receivers: Receivers, provider: WebReceiver
) -> None:
    alice.patch("preferences", {"channels": {"emergency": ["email", "push"], "see_doctor": ["email", "push"]}})
    reported(bounce())

    write(alice, saddle_numbness())

    assert set(Delivery.objects.values_list("channel", flat=True)) == {"email", "push"}


def test_what_can_wait_passes_over_a_dead_mailbox(alice: Person, receivers: Receivers, provider: WebReceiver) -> None:
    alice.patch("preferences", {"channels": {"see_doctor": ["email", "push"]}})
    reported(bounce())

    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)

    assert channels() == {"push": "owed"}


def test_a_dead_mailbox_is_tried_where_nothing_else_is_left(alice: Person, provider: WebReceiver) -> None:
    reported(bounce())

    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)

    assert channels() == {"email": "owed"}


def test_another_address_is_not_the_one_that_died(alice: Person, provider: WebReceiver) -> None:
    reported(bounce(email="stranger@example.org"))

    assert not FailingEndpoint.objects.exists()


@pytest.mark.parametrize("secret", ["diary:guessed", "nobody:qG8-7jT_2bXz5LdYw0NfRkVhCmPs4Ua1"])
def test_what_is_signed_by_another_is_refused(alice: Person, provider: WebReceiver, secret: str) -> None:
    assert reported(bounce(), secret=secret) == 403
    assert not FailingEndpoint.objects.exists()


def test_a_provider_that_sends_its_secret_when_asked_is_asked(alice: Person, provider: WebReceiver) -> None:
    assert reported(bounce(), secret=None) == 401


def test_without_a_secret_there_is_no_such_address(alice: Person, provider: WebReceiver, settings: Settings) -> None:
    del settings.ANYMAIL["WEBHOOK_SECRET"]
    assert status_of_unsigned() == 404
    settings.EMAIL_PROVIDER = ""
    assert status_of_unsigned() == 404


def status_of_unsigned() -> int:
    return Client().post("/mail-events", json.dumps(bounce()), content_type="application/json").status_code


def test_a_provider_that_signs_each_report_needs_no_secret(alice: Person, settings: Settings) -> None:
    settings.EMAIL_PROVIDER, settings.ANYMAIL = "mailgun", {"MAILGUN_WEBHOOK_SIGNING_KEY": "a key of Mailgun's"}
    event = {"event": "failed", "severity": "permanent", "reason": "bounce", "recipient": "alice@example.org"}
    event |= {"timestamp": str(timezone.now().timestamp())}
    for signature, status in (("forged", 403), (signed_by_mailgun("1", "token"), 200)):
        block = {"timestamp": "1", "token": "token", "signature": signature}
        sent = json.dumps({"signature": block, "event-data": event})
        assert Client().post("/mail-events", sent, content_type="application/json").status_code == status
    assert FailingEndpoint.objects.get().state == "dead"


def signed_by_mailgun(timestamp: str, token: str) -> str:
    return hmac.new(b"a key of Mailgun's", f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"\xff"])
def test_what_no_one_can_read_is_refused(alice: Person, provider: WebReceiver, body: bytes) -> None:
    headers = {"Authorization": f"Basic {b64encode(SECRET.encode()).decode()}"}
    assert Client().post("/mail-events", body, content_type="application/json", headers=headers).status_code == 400


def test_the_mailbox_of_an_invitation_is_no_ones_yet(
    alice: Person, mailbox: MailReceiver, provider: WebReceiver
) -> None:
    assert reported(bounce(email="guest@example.org")) == 200
