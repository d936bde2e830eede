"""A kind word to whoever asked for one when they stopped logging: seldom, at a good hour, and never two."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connections

from alerts.logging_nudges import nudge_to_log, to_nudge
from alerts.models import Delivery, LoggingNudge, Unsubscription
from tests.alerts.diaries import NOON, delete, entry, write
from tests.cast import Person
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def wants_it(person: Person, **preferences: object) -> None:
    assert person.patch("preferences", {"logging_nudge": True, **preferences}).status == 200


def sweep(now: datetime) -> None:
    """What one sweep has sent at `now`."""
    for user_id in list(to_nudge(now=now).values_list("pk", flat=True)):
        nudge_to_log(user_id=user_id, now=now)


def days_with_mail(mailbox: MailReceiver, *, days: int, since: datetime = NOON) -> list[int]:
    """After how many days a mail went out, with a sweep every six hours."""
    sent = []
    for quarter in range(days * 4):
        before = len(mailbox.received)
        sweep(since + quarter * 6 * HOUR)
        sent += [quarter // 4] * (len(mailbox.received) - before)
    return sent


def test_nobody_hears_anything_unless_they_want_it(alice: Person, mailbox: MailReceiver) -> None:
    write(alice, entry())
    assert days_with_mail(mailbox, days=30) == []


def test_after_four_days_once_a_week_and_three_times_at_most(alice: Person, mailbox: MailReceiver) -> None:
    wants_it(alice)
    write(alice, entry())
    assert days_with_mail(mailbox, days=60) == [4, 11, 18]


def test_whoever_logs_again_starts_anew_and_still_at_most_once_a_week(alice: Person, mailbox: MailReceiver) -> None:
    wants_it(alice)
    write(alice, entry())
    assert days_with_mail(mailbox, days=19) == [4, 11, 18]
    write(alice, entry(), now=NOON + 19 * DAY)
    assert days_with_mail(mailbox, days=30, since=NOON + 19 * DAY) == [6, 13, 20]
    assert LoggingNudge.objects.get().in_a_row == 3


def test_whoever_logs_hears_nothing(alice: Person, mailbox: MailReceiver) -> None:
    wants_it(alice)
    for days in range(0, 30, 3):
        write(alice, entry(), now=NOON + days * DAY)
        sweep(NOON + (days + 3) * DAY - HOUR)
    assert mailbox.received == []


def test_whoever_never_began_has_not_stopped(alice: Person, mailbox: MailReceiver) -> None:
    wants_it(alice)
    only = entry()
    write(alice, only)
    delete(alice, only)
    assert days_with_mail(mailbox, days=10) == []


def test_nothing_comes_in_the_quiet_hours_but_when_they_are_over(alice: Person, mailbox: MailReceiver) -> None:
    wants_it(alice, quiet_hours={"start": "11:00", "end": "15:00"})
    write(alice, entry())
    sweep(NOON + 4 * DAY)
    assert (mailbox.received, LoggingNudge.objects.exists()) == ([], False)
    sweep(NOON + 4 * DAY + 3 * HOUR)
    assert len(mailbox.received) == 1


def test_it_is_kind_and_says_nothing_about_health_on_a_lock_screen(alice: Person, mailbox: MailReceiver) -> None:
    wants_it(alice)
    write(alice, entry(night_pain=8, note="canary"))
    sweep(NOON + 4 * DAY)
    (mail,) = mailbox.received
    assert mail.recipients == (alice.email,)
    assert mail.mail["Subject"] == "A hello from your diary"
    assert "and that's fine." in " ".join(mail.text.split())
    for text in (mail.text, mail.html):
        assert not {word for word in ("pain", "canary", "symptom", "tumour") if word in text.lower()}
    assert not Delivery.objects.exists()


def test_it_is_in_their_language_and_has_no_link_that_ends_alerts(alice: Person, mailbox: MailReceiver) -> None:
    wants_it(alice, language="es")
    write(alice, entry())
    sweep(NOON + 4 * DAY)
    (mail,) = mailbox.received
    assert mail.mail["Content-Language"] == "es"
    assert "/u/" not in mail.html + mail.text


def test_it_is_lost_and_not_repeated_when_nobody_takes_it(alice: Person, mailbox: MailReceiver) -> None:
    wants_it(alice)
    write(alice, entry())
    mailbox.before_answer = lambda _: "451 later"
    sweep(NOON + 4 * DAY)
    mailbox.before_answer = lambda _: None
    sweep(NOON + 5 * DAY)
    assert len(mailbox.received) == 1
    assert LoggingNudge.objects.get().nudged_at == NOON + 4 * DAY


@pytest.mark.parametrize("why", ["no address", "no mail of this kind", "no channel"])
def test_whom_nothing_reaches_is_not_marked_either(alice: Person, mailbox: MailReceiver, why: str) -> None:
    wants_it(alice)
    write(alice, entry())
    if why == "no address":
        EmailAddress.objects.filter(user=alice.user).update(verified=False)
    elif why == "no mail of this kind":
        Unsubscription.objects.create(patient_id=alice.patient_id, user=alice.user, tier="see_doctor", at=NOON)
    else:
        alice.patch("preferences", {"channels": {"see_doctor": []}})
    sweep(NOON + 4 * DAY)
    assert (mailbox.received, LoggingNudge.objects.exists()) == ([], False)


@pytest.mark.django_db(transaction=True)
def test_four_sweepers_at_once_send_one(alice: Person, mailbox: MailReceiver) -> None:
    wants_it(alice)
    write(alice, entry())

    def one(_: int) -> None:
        try:
            nudge_to_log(user_id=alice.id, now=NOON + 4 * DAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))
    assert len(mailbox.received) == 1
