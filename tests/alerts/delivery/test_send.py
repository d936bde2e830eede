"""Sending what is owed, over real SMTP: once, to those who may hear of it, and stubbornly."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connections
from pytest_django import Settings

from alerts.acting.acknowledge import acknowledge
from alerts.channels import CHANNELS
from alerts.channels.email import Email
from alerts.delivery.claim import LEASE, claimed
from alerts.delivery.compose import telling_of
from alerts.delivery.send import deliver
from alerts.models import Alert, Delivery
from alerts.screening.diary import screen_diary
from backend.local.embedded.server import free_port
from diary.account.erase import erase
from diary.format.fields import Entry
from diary.models import Caregiver
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, days_ago, delete, saddle_numbness, write
from tests.cast import Person
from tests.receiver import MailReceiver, Received

pytestmark = pytest.mark.django_db


def outcomes() -> list[tuple[str, str, str]]:
    return list(Delivery.objects.order_by("turn", "created_at", "pk").values_list("step", "state", "last_error"))


def test_patient_and_caregiver_each_get_their_own_mail(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "alerts")
    write(alice, saddle_numbness())
    deliver_all()
    assert sorted(mail.recipients for mail in mailbox.received) == [(alice.email,), (bob.email,)]
    assert "you noted" in mailbox.sent_to(alice.email)[0].text
    assert "Alice noted" in mailbox.sent_to(bob.email)[0].text
    assert set(outcomes()) == {("raised", "sent", "")}


def test_what_is_sent_is_not_sent_again(alice: Person, mailbox: MailReceiver) -> None:
    write(alice, saddle_numbness())
    deliver_all()
    sent = Delivery.objects.get()
    deliver(delivery_id=sent.pk, now=NOON + timedelta(days=1))
    assert len(mailbox.received) == 1
    assert (sent.sent_at, sent.attempts, sent.next_attempt_at) == (NOON, 1, None)


def test_no_subject_or_header_tells_about_health(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "log")
    write(alice, saddle_numbness())
    deliver_all()
    for received in mailbox.received:
        headers = " ".join(f"{name}: {value}" for name, value in received.mail.items()).lower()
        assert received.mail["Subject"] == "Please read this now"
        assert not {word for word in ("numb", "back", "emergency", "alice noted", "cauda") if word in headers}


@pytest.mark.parametrize("reply", ["421 4.3.2 closing", "451 4.7.1 greylisted", "452 4.2.2 mailbox full"])
def test_a_reply_of_4xx_is_tried_again_later_under_the_same_message_id(
    alice: Person, mailbox: MailReceiver, reply: str
) -> None:
    mailbox.before_answer = lambda _: reply
    write(alice, saddle_numbness())
    deliver_all()
    refused = Delivery.objects.get()
    assert (refused.state, refused.last_error) == ("owed", f"SMTP {reply[:3]}")
    assert refused.next_attempt_at is not None
    assert timedelta(seconds=27) <= refused.next_attempt_at - NOON <= timedelta(seconds=33)

    mailbox.before_answer = lambda _: None
    deliver_all(refused.next_attempt_at - timedelta(seconds=1))
    assert len(mailbox.received) == 1
    deliver_all(refused.next_attempt_at)
    first, second = mailbox.received
    assert first.mail["Message-ID"] == second.mail["Message-ID"] == f"<{refused.pk}@localhost>"
    assert outcomes() == [("raised", "sent", "")]


def test_a_reply_of_5xx_is_final(alice: Person, mailbox: MailReceiver) -> None:
    mailbox.before_answer = lambda _: "550 5.1.1 no such user"
    write(alice, saddle_numbness())
    deliver_all()
    deliver_all(NOON + timedelta(days=3))
    assert outcomes() == [("raised", "failed", "SMTP 550")]
    assert len(mailbox.received) == 1


def test_one_refused_recipient_holds_back_nobody_else(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "read")
    mailbox.before_answer = lambda mail: "550 no" if bob.email in mail.recipients else None
    write(alice, saddle_numbness())
    deliver_all()
    assert dict(Delivery.objects.values_list("recipient__name", "state")) == {"Alice": "sent", "Bob": "failed"}


def test_a_mail_server_that_is_away_is_tried_for_two_days(
    alice: Person, mailbox: MailReceiver, settings: Settings
) -> None:
    settings.EMAIL_PORT = free_port()
    write(alice, saddle_numbness())
    now = NOON
    while (delivery := Delivery.objects.get()).next_attempt_at:
        now = delivery.next_attempt_at
        deliver(delivery_id=delivery.pk, now=now)
    assert outcomes() == [("raised", "failed", "connection: ConnectionRefusedError")]
    assert delivery.attempts == 1 + len(Email.retries)
    assert timedelta(hours=42) < now - NOON < timedelta(hours=54)


def test_a_lease_keeps_everybody_else_away_until_it_ends(alice: Person, mailbox: MailReceiver) -> None:
    write(alice, saddle_numbness())
    deliver_all()
    # What a worker leaves behind that dies after the server took the mail and before it could say so.
    Delivery.objects.update(state="sending", sent_at=None, next_attempt_at=NOON + LEASE)
    deliver_all(NOON + LEASE - timedelta(seconds=1))
    assert len(mailbox.received) == 1
    deliver_all(NOON + LEASE)
    assert Delivery.objects.values_list("state", "attempts", "unconfirmed").get() == ("sent", 2, True)
    first, second = mailbox.received
    assert first.mail["Message-ID"] == second.mail["Message-ID"]


def test_a_message_that_kills_every_worker_is_given_up(alice: Person) -> None:
    write(alice, saddle_numbness())
    Delivery.objects.update(state="sending", attempts=1 + len(CHANNELS["email"].retries))
    deliver_all()
    assert outcomes() == [("raised", "failed", "given up")]


@pytest.mark.parametrize("state", ["revoked", "left for another account"])
def test_whoever_lost_consent_meanwhile_gets_nothing(
    alice: Person, bob: Person, charlie: Person, mailbox: MailReceiver, state: str
) -> None:
    place = bob.cares_for(alice, "log")
    write(alice, saddle_numbness())
    if state == "revoked":
        Caregiver.objects.filter(pk=place.pk).update(state="ended", ended_at=NOON)
    else:
        Caregiver.objects.filter(pk=place.pk).update(user=charlie.user)
    deliver_all()
    assert [mail.recipients for mail in mailbox.received] == [(alice.email,)]
    assert Delivery.objects.values_list("state", "last_error").get(recipient=bob.user) == ("dropped", "no consent")


def test_strangers_and_the_merely_invited_are_owed_nothing(alice: Person, charlie: Person) -> None:
    place = charlie.cares_for(alice, "log")
    Caregiver.objects.filter(pk=place.pk).update(state="invited", user=None, accepted_at=None)
    write(alice, saddle_numbness())
    assert list(Delivery.objects.values_list("recipient", flat=True)) == [alice.id]


def test_there_is_nothing_to_say_of_a_diary_that_was_erased_once_its_message_was_claimed(alice: Person) -> None:
    write(alice, saddle_numbness())
    claim = claimed(delivery_id=Delivery.objects.get().pk, now=NOON)
    erase(user_id=alice.user.pk, now=NOON)
    assert claim is not None
    assert telling_of(claim, now=NOON) is None


def test_an_address_that_is_not_proved_gets_nothing(alice: Person, mailbox: MailReceiver) -> None:
    EmailAddress.objects.filter(user=alice.user).update(verified=False)
    write(alice, saddle_numbness())
    deliver_all()
    assert outcomes() == [("raised", "failed", "no verified address")]
    assert mailbox.received == []


def test_after_an_acknowledgement_not_one_more_is_sent(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "alerts")
    write(alice, saddle_numbness())
    alert = Alert.objects.get()
    acknowledge(patient_id=alice.patient_id, alert_id=alert.pk, actor_id=alice.id, now=NOON)
    deliver_all()
    assert mailbox.received == []
    assert set(outcomes()) == {("raised", "dropped", "alert acknowledged")}


def withdraw(alice: Person, evidence: Entry) -> None:
    delete(alice, evidence)
    screen_diary(patient_id=alice.patient_id, now=NOON)


def test_those_who_were_told_get_the_correction(alice: Person, mailbox: MailReceiver) -> None:
    numb = saddle_numbness()
    write(alice, numb)
    deliver_all()
    withdraw(alice, numb)
    deliver_all()
    raised, withdrawn = mailbox.received
    assert withdrawn.mail["Subject"] == "A correction to an earlier message"
    assert raised.mail["Message-ID"] != withdrawn.mail["Message-ID"]
    assert outcomes() == [("raised", "sent", ""), ("withdrawn", "sent", "")]


def test_a_withdrawal_never_overtakes_what_it_withdraws(alice: Person, mailbox: MailReceiver) -> None:
    numb = saddle_numbness()
    write(alice, numb)
    Delivery.objects.update(state="sending", attempts=1, next_attempt_at=NOON + LEASE)
    withdraw(alice, numb)
    deliver_all()
    assert mailbox.received == []
    assert outcomes() == [("raised", "sending", ""), ("withdrawn", "owed", "")]
    deliver_all(NOON + LEASE)  # its worker was never heard of again: it may have been sent
    deliver_all(NOON + LEASE)
    assert outcomes() == [("raised", "dropped", "alert withdrawn"), ("withdrawn", "sent", "")]


@pytest.mark.django_db(transaction=True)
def test_a_raised_tier_does_not_wait_for_the_retries_of_what_it_replaces(alice: Person, mailbox: MailReceiver) -> None:
    write(alice, saddle_numbness(days_ago(20)))

    def raise_meanwhile(mail: Received) -> str:
        """The server is slow to refuse, and meanwhile Alice notes it again."""
        mailbox.before_answer = lambda _: None
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(write_again).result()
        return "451 later"

    def write_again() -> None:
        try:
            write(alice, saddle_numbness())
        finally:
            connections.close_all()

    mailbox.before_answer = raise_meanwhile
    deliver_all()
    deliver_all()
    assert outcomes() == [("raised", "dropped", "superseded"), ("tier_raised", "sent", "")]
    assert [mail.mail["Subject"] for mail in mailbox.received] == ["A message from your diary", "Please read this now"]


def test_whoever_was_surely_not_told_gets_no_correction(alice: Person, mailbox: MailReceiver) -> None:
    numb = saddle_numbness()
    write(alice, numb)
    Delivery.objects.update(state="sending", attempts=1, next_attempt_at=NOON + LEASE)
    withdraw(alice, numb)
    Delivery.objects.filter(step="raised").update(state="failed", next_attempt_at=None)
    deliver_all()
    assert mailbox.received == []
    assert outcomes()[1] == ("withdrawn", "dropped", "never told")
