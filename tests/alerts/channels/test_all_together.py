"""A person whom every channel reaches: in which order, what follows what, and what none of them says."""

from datetime import datetime, timedelta

import pytest

from alerts.channels import CHANNELS
from alerts.channels.notification import UNSEEN_AFTER
from alerts.delivery.next_channel import follow, unseen_deliveries
from alerts.models import Delivery
from alerts.screening.diary import screen_diary
from diary.models import Device
from tests.alerts.channels.conftest import Receivers
from tests.alerts.channels.google_double import refused
from tests.alerts.channels.sending import mentions_health
from tests.alerts.channels.twilio_double import form
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, entry, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person
from tests.web_receiver import reply

pytestmark = pytest.mark.django_db


def see_doctor(person: Person) -> None:
    """Something that can wait is found and told."""
    write(person, *nights_that_no_tablet_helped())
    screen_diary(patient_id=person.patient_id, now=NOON)
    deliver_all(NOON)


def told() -> dict[str, str]:
    return dict(Delivery.objects.values_list("channel", "state"))


def test_what_cannot_wait_goes_through_every_channel_to_who_never_chose(alice: Person, receivers: Receivers) -> None:
    write(alice, saddle_numbness())
    deliver_all(NOON)
    assert told() == dict.fromkeys(("push", "web_push", "email", "sms"), "sent")
    assert len(receivers.google.fcm.received) == len(receivers.push_service.received) == 1
    assert len(receivers.twilio.received) == len(receivers.mailbox.received) == 1


def test_what_can_wait_goes_to_the_phone_and_hours_later_to_the_next(alice: Person, receivers: Receivers) -> None:
    see_doctor(alice)
    assert told() == {"push": "sent"}
    for expected in ("web_push", "email"):
        sent_at = Delivery.objects.latest("sent_at").sent_at
        assert sent_at is not None
        later: datetime = sent_at + UNSEEN_AFTER
        assert not unseen_deliveries(now=later - timedelta(seconds=1)).exists()
        for delivery in list(unseen_deliveries(now=later)):
            follow(delivery_id=delivery.pk, now=later)
        deliver_all(later)
        assert told()[expected] == "sent"
    assert "sms" not in told()


def test_what_the_app_opened_is_followed_by_nothing(alice: Person, receivers: Receivers) -> None:
    see_doctor(alice)
    told_app = receivers.google.fcm.received[0].json["message"]["data"]
    receipt = {"delivery": told_app["delivery"], "status": "opened"}
    answer = alice.post(f"patients/{told_app['patient']}/alerts/{told_app['alert']}/receipt", receipt)
    assert answer.status == 204
    assert not unseen_deliveries(now=NOON + 2 * UNSEEN_AFTER).exists()


def test_a_dead_phone_and_a_dead_browser_are_followed_by_a_mail_at_once(alice: Person, receivers: Receivers) -> None:
    receivers.google.fcm.script = [refused(404, "NOT_FOUND", error_code="UNREGISTERED")]
    receivers.push_service.script = [reply(410)]
    see_doctor(alice)
    deliver_all(NOON)
    deliver_all(NOON)
    assert told() == {"push": "failed", "web_push": "failed", "email": "sent"}
    assert not Device.objects.filter(push_token__isnull=False).exists()


def test_who_chose_one_channel_is_told_through_no_other(alice: Person, receivers: Receivers) -> None:
    alice.patch("preferences", {"channels": {"see_doctor": ["sms"]}})
    see_doctor(alice)
    assert told() == {"sms": "sent"}


def test_a_stranger_is_reached_nowhere(charlie: Person, receivers: Receivers) -> None:
    reached = {name for name, channel in CHANNELS.items() if channel.endpoints(charlie.id)}
    assert reached == {"email"}


@pytest.mark.parametrize("language", ["en", "es", "de", "fr"])
def test_no_lock_screen_subject_or_sms_tells_of_health_or_of_whom(
    alice: Person, receivers: Receivers, caplog: pytest.LogCaptureFixture, language: str
) -> None:
    alice.patch("preferences", {"name": "Canaria", "language": language})
    alice.patch("patients/me/profile", {"language": language})
    write(alice, saddle_numbness(), entry(note="canary in a note", symptoms=saddle_numbness().symptoms))
    deliver_all(NOON)
    shown = {
        "notification": receivers.google.fcm.received[0].body.decode(),
        "browser": str(receivers.browser.read(receivers.push_service.received[0])),
        "sms": form(receivers.twilio.received[0])["Body"],
        "subject": str(receivers.mailbox.received[0].mail["Subject"]),
        "logs": caplog.text,
    }
    for where, text in shown.items():
        assert not mentions_health(text), where
        assert "canar" not in text.lower(), where
    assert "+34600000001" not in shown["logs"]
    assert "registration-token" not in shown["logs"]
