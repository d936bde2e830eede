"""Who wants no mail of a kind still hears of it through every other way that they left."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from alerts import channels
from alerts.delivery.claim import claimed
from alerts.delivery.next_channel import follow
from alerts.delivery.outbox import Telling, owe
from alerts.delivery.send import deliver
from alerts.delivery.unsubscribe import resubscribe, unsubscribe
from alerts.models import Alert, Delivery, Unsubscription
from alerts.rules.tiers import Tier
from alerts.screening.diary import screen_diary
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, saddle_numbness, write
from tests.alerts.pagers import Pager
from tests.cast import Person
from tests.receiver import MailReceiver


@pytest.fixture
def pager(alice: Person, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Pager:
    """Alice has one; she is mailed first and paged when that leads nowhere."""
    pager = Pager()
    pager.pagers[alice.id] = ["hers"]
    known: Any = channels.CHANNELS
    monkeypatch.setitem(known, "pager", pager)
    settings.ALERT_CHANNELS = ["email", "pager"]
    return pager


def advice(person: Person) -> Alert:
    write(person, *nights_that_no_tablet_helped())
    screen_diary(patient_id=person.patient_id, now=NOON)
    return Alert.objects.get(patient=person.patient_id, rule="night_rest_not_responding")


def mail() -> Delivery:
    return Delivery.objects.filter(channel="email").latest("turn")


def told() -> dict[str, tuple[str, str]]:
    return {one.channel: (one.state, one.last_error) for one in Delivery.objects.all()}


def test_what_the_mail_was_still_to_tell_goes_the_next_way(alice: Person, pager: Pager, mailbox: MailReceiver) -> None:
    advice(alice)
    assert told() == {"email": ("owed", "")}
    unsubscribe(delivery_id=mail().pk, tier=Tier.SEE_DOCTOR, now=NOON)
    assert told() == {"email": ("dropped", "unsubscribed"), "pager": ("owed", "")}


@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.URGENT])
def test_the_database_refuses_to_stop_what_cannot_wait_and_what_is_owed_stays_owed(
    alice: Person, pager: Pager, tier: Tier
) -> None:
    write(alice, saddle_numbness())
    with pytest.raises(IntegrityError, match="unsubscription_of_what_can_wait"), transaction.atomic():
        unsubscribe(delivery_id=mail().pk, tier=tier, now=NOON)
    assert told() == {"email": ("owed", ""), "pager": ("owed", "")}


def test_what_rose_to_a_tier_that_cannot_wait_goes_every_way(
    alice: Person, pager: Pager, mailbox: MailReceiver
) -> None:
    alert = advice(alice)
    unsubscribe(delivery_id=mail().pk, tier=Tier.SEE_DOCTOR, now=NOON)
    alert.tier = "urgent"
    alert.save()
    owe(Telling(alert, "tier_raised"), now=NOON)
    assert {one.channel: one.state for one in alert.deliveries.filter(turn=2)} == {"email": "owed", "pager": "owed"}
    deliver(delivery_id=mail().pk, now=NOON)
    assert [sent.mail["Subject"] for sent in mailbox.received] == ["Please read this today"]


def test_a_mail_that_was_owed_before_its_alert_rose_is_sent_as_what_it_is_now(
    alice: Person, pager: Pager, mailbox: MailReceiver
) -> None:
    alert = advice(alice)
    Unsubscription.objects.create(patient=alert.patient, user=alice.user, tier="see_doctor", at=NOON)
    Alert.objects.update(tier="urgent")
    deliver(delivery_id=mail().pk, now=NOON)
    assert told() == {"email": ("sent", "")}


def test_what_fails_on_its_way_is_followed_by_mail_once_it_cannot_wait(
    alice: Person, pager: Pager, mailbox: MailReceiver
) -> None:
    alice.patch("preferences", {"channels": {"see_doctor": ["pager"], "urgent": ["pager", "email"]}})
    alert = advice(alice)
    Unsubscription.objects.create(patient=alert.patient, user=alice.user, tier="see_doctor", at=NOON)
    Alert.objects.update(tier="urgent")
    Delivery.objects.update(state="failed", next_attempt_at=None)
    follow(delivery_id=Delivery.objects.get().pk, now=NOON)
    assert told() == {"pager": ("failed", ""), "email": ("owed", "")}


def test_the_next_alert_goes_straight_to_the_next_way(alice: Person, pager: Pager, mailbox: MailReceiver) -> None:
    write(alice, saddle_numbness())
    unsubscribe(delivery_id=mail().pk, tier=Tier.SEE_DOCTOR, now=NOON)
    alert = advice(alice)
    assert [one.channel for one in alert.deliveries.all()] == ["pager"]


def test_who_takes_it_back_is_mailed_again(alice: Person, pager: Pager, mailbox: MailReceiver) -> None:
    write(alice, saddle_numbness())
    unsubscribe(delivery_id=mail().pk, tier=Tier.SEE_DOCTOR, now=NOON)
    resubscribe(delivery_id=mail().pk, tier=Tier.SEE_DOCTOR)
    assert [one.channel for one in advice(alice).deliveries.all()] == ["email"]


def test_a_mail_that_is_being_sent_meanwhile_is_not_tried_again_but_followed(
    alice: Person, pager: Pager, mailbox: MailReceiver, django_capture_on_commit_callbacks: Any
) -> None:
    advice(alice)
    claim = claimed(delivery_id=mail().pk, now=NOON)
    assert claim is not None
    unsubscribe(delivery_id=mail().pk, tier=Tier.SEE_DOCTOR, now=NOON)
    assert mail().state == "sending"
    claim.lease.update(state="owed", next_attempt_at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        deliver(delivery_id=mail().pk, now=NOON + timedelta(minutes=1))
    assert told() == {"email": ("dropped", "unsubscribed"), "pager": ("owed", "")}
    assert mailbox.received == []
