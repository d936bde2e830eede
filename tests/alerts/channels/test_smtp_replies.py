"""What a mail server may say at each step, and when exactly we try again."""

from datetime import datetime, timedelta

import pytest

from alerts.channels.email import Email
from alerts.delivery import send as sending
from alerts.models import Delivery
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, saddle_numbness, write
from tests.cast import Person
from tests.receiver import HANG_UP, MailReceiver

HALF_A_MINUTE = NOON + timedelta(seconds=30)


@pytest.fixture(autouse=True)
def exact_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the tenth either way by which retries are spread."""
    monkeypatch.setattr(sending, "JITTER", 0)


@pytest.fixture
def numb(alice: Person) -> Delivery:
    """Alice is owed a mail."""
    write(alice, saddle_numbness())
    return Delivery.objects.get()


def stands(delivery: Delivery) -> tuple[str, datetime | None, str, bool]:
    delivery.refresh_from_db()
    return delivery.state, delivery.next_attempt_at, delivery.last_error, delivery.unconfirmed


@pytest.mark.parametrize(
    ("reply", "becomes"),
    [
        ("421 4.3.2 closing down", ("owed", HALF_A_MINUTE, "SMTP 421", False)),
        ("450 4.2.1 busy", ("owed", HALF_A_MINUTE, "SMTP 450", False)),
        ("550 5.1.1 no such user", ("failed", None, "SMTP 550", False)),
        (HANG_UP, ("owed", HALF_A_MINUTE, "connection: SMTPServerDisconnected", True)),
    ],
)
def test_what_it_says_to_the_recipient(
    numb: Delivery, mailbox: MailReceiver, reply: str, becomes: tuple[object, ...]
) -> None:
    mailbox.at_recipient = lambda _: reply
    deliver_all()
    assert stands(numb) == becomes
    assert mailbox.received == []


@pytest.mark.parametrize(
    ("reply", "becomes"),
    [
        ("421 4.3.2 closing down", ("owed", HALF_A_MINUTE, "SMTP 421", False)),
        ("451 4.7.1 greylisted", ("owed", HALF_A_MINUTE, "SMTP 451", False)),
        ("550 5.7.1 refused", ("failed", None, "SMTP 550", False)),
        (HANG_UP, ("owed", HALF_A_MINUTE, "connection: SMTPServerDisconnected", True)),
    ],
)
def test_what_it_says_after_the_final_dot(
    numb: Delivery, mailbox: MailReceiver, reply: str, becomes: tuple[object, ...]
) -> None:
    mailbox.before_answer = lambda _: reply
    deliver_all()
    assert stands(numb) == becomes


def test_after_a_line_that_was_dropped_the_copy_is_known_by_its_message_id(
    numb: Delivery, mailbox: MailReceiver
) -> None:
    mailbox.before_answer = lambda _: HANG_UP
    deliver_all()
    mailbox.before_answer = lambda _: None
    deliver_all(HALF_A_MINUTE)
    first, copy = mailbox.received
    assert first.mail["Message-ID"] == copy.mail["Message-ID"]
    assert stands(numb) == ("sent", None, "", True)


def test_of_three_recipients_only_the_refused_one_is_sent_again(
    alice: Person, bob: Person, charlie: Person, mailbox: MailReceiver
) -> None:
    for caregiver in (bob, charlie):
        caregiver.cares_for(alice, "alerts", now=NOON)
    mailbox.at_recipient = lambda address: "451 4.7.1 greylisted" if address == bob.email else None
    write(alice, saddle_numbness())
    deliver_all()
    refused = Delivery.objects.get(recipient=bob.user)
    assert stands(refused) == ("owed", HALF_A_MINUTE, "SMTP 451", False)

    mailbox.at_recipient = lambda _: None
    deliver_all(HALF_A_MINUTE)
    assert [len(mailbox.sent_to(one.email)) for one in (alice, bob, charlie)] == [1, 1, 1]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_each_attempt_waits_as_long_as_the_schedule_says(numb: Delivery, mailbox: MailReceiver) -> None:
    mailbox.before_answer = lambda _: "451 4.7.1 greylisted"
    now, waits = NOON, []
    while True:
        deliver_all(now)
        state, next_attempt_at, _, _ = stands(numb)
        if next_attempt_at is None:
            break
        waits.append(next_attempt_at - now)
        now = next_attempt_at
    assert (state, numb.attempts) == ("failed", 1 + len(waits))
    assert waits == list(Email.retries)
    hours = [round(wait / timedelta(hours=1), 2) for wait in waits]
    assert hours == [0.01, 0.03, 0.08, 0.25, 0.5, 1, 2, *[4] * 11]
