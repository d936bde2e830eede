"""What can wait is held back by quiet hours and snoozes, goes out once when they end, and presses through otherwise."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.models import Alert, Delivery, Snooze
from alerts.screening.diary import screen_diary
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, delete, entry, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db

AFTERNOON_NAP = {"quiet_hours": {"start": "11:30", "end": "15:00"}}


def pattern_found(person: Person, now: datetime = NOON) -> Alert:
    write(person, *nights_that_no_tablet_helped(), now=now)
    screen_diary(patient_id=person.patient_id, now=now)
    return Alert.objects.get(patient=person.patient_id, rule="night_rest_not_responding")


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def test_a_quiet_hour_holds_it_until_it_ends_and_then_it_is_sent_once(alice: Person, mailbox: MailReceiver) -> None:
    alice.patch("preferences", AFTERNOON_NAP)
    pattern_found(alice)
    deliver_all(at(2.99))
    assert mailbox.received == []
    deliver_all(at(3))
    deliver_all(at(4))
    assert len(mailbox.sent_to(alice.email)) == 1


def test_quiet_hours_are_those_of_the_recipients_own_zone(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "alerts")
    bob.patch("preferences", {"quiet_hours": {"start": "20:00", "end": "23:00"}})
    bob.patch("patients/me/profile", {"time_zone": "Asia/Tokyo"})  # nine hours ahead: 21:00 there
    pattern_found(alice)
    due = dict(Delivery.objects.values_list("recipient__name", "next_attempt_at"))
    assert due == {"Alice": NOON, "Bob": datetime(2026, 6, 30, 14, 0, tzinfo=UTC)}


def test_an_emergency_ignores_quiet_hours_and_snoozes(alice: Person, mailbox: MailReceiver) -> None:
    alice.patch("preferences", AFTERNOON_NAP)
    write(alice, saddle_numbness())
    Snooze.objects.create(alert=Alert.objects.get(rule="cauda_equina"), user=alice.user, until=at(48))
    deliver_all(NOON)
    assert len(mailbox.sent_to(alice.email)) == 1


def test_quiet_hours_that_began_meanwhile_hold_a_retry_and_cost_no_attempt(
    alice: Person, mailbox: MailReceiver
) -> None:
    mailbox.before_answer = lambda _: "451 later"
    pattern_found(alice)
    deliver_all(NOON)
    alice.patch("preferences", AFTERNOON_NAP)
    deliver_all(at(1))
    held = Delivery.objects.get()
    assert (held.state, held.attempts, held.next_attempt_at) == ("owed", 1, at(3))


def test_one_persons_snooze_holds_back_nobody_else(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "alerts")
    alert = pattern_found(alice)
    Snooze.objects.create(alert=alert, user=bob.user, until=at(24))
    deliver_all(NOON)
    assert [mail.recipients for mail in mailbox.received] == [(alice.email,)]
    deliver_all(at(24))
    assert len(mailbox.sent_to(bob.email)) == 1


def test_a_snooze_that_ends_in_quiet_hours_ends_with_them(alice: Person) -> None:
    alert = pattern_found(alice)
    Snooze.objects.create(alert=alert, user=alice.user, until=at(2))
    alice.patch("preferences", AFTERNOON_NAP)
    deliver_all(NOON)
    assert Delivery.objects.values_list("next_attempt_at", flat=True).get() == at(3)


def test_what_was_held_and_is_withdrawn_meanwhile_is_never_told(alice: Person, mailbox: MailReceiver) -> None:
    alice.patch("preferences", AFTERNOON_NAP)
    nights = nights_that_no_tablet_helped()
    write(alice, *nights)
    screen_diary(patient_id=alice.patient_id, now=NOON)
    delete(alice, *nights[1:])
    screen_diary(patient_id=alice.patient_id, now=at(1))
    deliver_all(at(24))
    assert mailbox.received == []


def test_a_higher_tier_presses_through_what_is_held(alice: Person, mailbox: MailReceiver) -> None:
    alice.patch("preferences", AFTERNOON_NAP)
    pattern_found(alice)
    write(alice, entry(NOON.date(), symptoms=None), saddle_numbness())
    deliver_all(at(0.5))
    assert [mail.mail["Subject"] for mail in mailbox.received] == ["Please read this now"]
