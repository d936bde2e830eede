"""A reminder to write: once a day at most, by the clock where the person is, and never to who has written."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connections, transaction

from alerts.courtesy.reminders import owe_reminders
from alerts.courtesy.send import LEASE, due_courtesies, forget_courtesies, send_courtesies
from alerts.models import Courtesy, Delivery
from diary.format.fields import Entry
from diary.models import ReminderPlan
from diary.reaching.preferences import LoggingReminder, PreferencesChange, change_preferences
from diary.reaching.travel import heard_from
from diary.recording.changes import record_changes
from diary.recording.decision import Change
from tests.alerts.courtesy.clockwork import EVERY_DAY, MINUTE, lives_in, reminded_at, sweep, sweeps, wall
from tests.cast import Person
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db
BERLIN, TOKYO, MADRID = "Europe/Berlin", "Asia/Tokyo", "Europe/Madrid"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def wants_it(person: Person, *, now: datetime, at: str = "20:00", weekdays: list[int] | None = None) -> None:
    wish = PreferencesChange(logging_reminder=LoggingReminder(at, weekdays or EVERY_DAY))
    change_preferences(user_id=person.id, given=wish, expected=None, now=now)


def writes(person: Person, *, now: datetime, zone: str, days_back: int = 0, by: Person | None = None) -> None:
    day = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=days_back)
    one = Entry(id=uuid4(), date=day, recorded_at=now, time_zone=zone)
    change: Any = Change("entry", one.id, one)
    record_changes(patient_id=person.patient_id, actor_id=(by or person).id, changes=[change], now=now)


def told_at(person: Person, zone: str, now: datetime) -> None:
    """A phone of theirs tells the zone at that time."""
    with transaction.atomic():
        heard_from(user_id=person.id, zone=zone, now=now)


def test_who_never_asked_hears_nothing(alice: Person, mailbox: MailReceiver) -> None:
    lives_in(alice, BERLIN)
    assert reminded_at(mailbox, wall("2026-06-01T00:00", BERLIN), wall("2026-06-05T00:00", BERLIN), BERLIN, HOUR) == []


def test_it_comes_at_the_hour_on_the_days_that_were_chosen(alice: Person, mailbox: MailReceiver) -> None:
    monday = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=monday, weekdays=[1, 3])
    assert reminded_at(mailbox, monday, monday + 8 * DAY, BERLIN) == [
        "Mon 01 20:00",
        "Wed 03 20:00",
        "Mon 08 20:00",
    ]


def test_none_comes_once_today_is_written_whoever_wrote_it(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "log")
    start = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start)
    writes(alice, now=start + HOUR, zone=BERLIN)
    writes(alice, now=start + DAY, zone=BERLIN, by=bob)
    writes(alice, now=start + 2 * DAY, zone=BERLIN, days_back=1)
    assert reminded_at(mailbox, start, start + 3 * DAY, BERLIN) == ["Wed 03 20:00"]


def test_what_is_written_between_the_hour_and_the_sending_counts(alice: Person, mailbox: MailReceiver) -> None:
    start = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start)
    owe_reminders(now=start + 8 * HOUR)
    writes(alice, now=start + 8 * HOUR, zone=BERLIN)
    send_courtesies(now=start + 8 * HOUR)
    assert (mailbox.received, Courtesy.objects.get().state) == ([], "dropped")


def test_after_seven_without_an_entry_there_is_silence_until_they_write(alice: Person, mailbox: MailReceiver) -> None:
    start = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start)
    assert len(reminded_at(mailbox, start, start + 30 * DAY, BERLIN, 4 * HOUR)) == 7
    assert ReminderPlan.objects.get().due_at is None, "nothing is looked at for who is not reminded"
    writes(alice, now=start + 30 * DAY, zone=BERLIN)
    shown = reminded_at(mailbox, start + 30 * DAY, start + 60 * DAY, BERLIN, 4 * HOUR)
    assert (shown[0], len(shown)) == ("Thu 02 20:00", 7)


def test_an_entry_in_between_begins_the_count_anew_and_a_caregivers_does_not(
    alice: Person, bob: Person, mailbox: MailReceiver
) -> None:
    bob.cares_for(alice, "log")
    start = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start)
    assert len(reminded_at(mailbox, start, start + 5 * DAY, BERLIN, 4 * HOUR)) == 5
    writes(alice, now=start + 5 * DAY, zone=BERLIN, by=bob)
    assert ReminderPlan.objects.get().unanswered == 5
    writes(alice, now=start + 5 * DAY, zone=BERLIN)
    assert ReminderPlan.objects.get().unanswered == 0
    assert len(reminded_at(mailbox, start + 5 * DAY, start + 30 * DAY, BERLIN, 4 * HOUR)) == 7


def test_in_spring_the_hour_that_there_is_not_comes_once_and_an_hour_later(
    alice: Person, mailbox: MailReceiver
) -> None:
    start = wall("2026-03-28T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start, at="02:30")
    assert reminded_at(mailbox, start, start + 2 * DAY, BERLIN) == ["Sun 29 03:30", "Mon 30 02:30"]


def test_in_autumn_the_hour_that_there_is_twice_comes_once(alice: Person, mailbox: MailReceiver) -> None:
    start = wall("2026-10-24T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start, at="02:30")
    assert reminded_at(mailbox, start, start + 2 * DAY, BERLIN) == ["Sun 25 02:30", "Mon 26 02:30"]
    assert len(mailbox.received) == 2


def test_on_a_journey_it_is_the_hour_there_and_once_a_day(alice: Person, mailbox: MailReceiver) -> None:
    start = wall("2026-06-01T12:00", MADRID)
    lives_in(alice, MADRID)
    wants_it(alice, now=start)
    assert reminded_at(mailbox, start, start + 20 * HOUR, MADRID) == ["Mon 01 20:00"]
    landed = start + 21 * HOUR  # nine in the morning at home, four in the afternoon there
    told_at(alice, TOKYO, landed)
    assert reminded_at(mailbox, landed, landed + DAY, TOKYO) == ["Tue 02 20:00"]
    back = wall("2026-06-04T06:00", TOKYO)
    told_at(alice, MADRID, back)
    assert reminded_at(mailbox, back, back + DAY, MADRID) == ["Thu 04 20:00"]


def test_eastward_over_the_date_line_no_day_gets_two_and_none_is_sent_at_night(
    alice: Person, mailbox: MailReceiver
) -> None:
    start = wall("2026-06-01T12:00", "Pacific/Honolulu")
    lives_in(alice, "Pacific/Honolulu")
    wants_it(alice, now=start)
    assert reminded_at(mailbox, start, start + 10 * HOUR, "Pacific/Honolulu") == ["Mon 01 20:00"]
    landed = start + 20 * HOUR  # the third in Auckland: the second was lost over the ocean
    told_at(alice, "Pacific/Auckland", landed)
    assert reminded_at(mailbox, landed, landed + DAY, "Pacific/Auckland") == ["Wed 03 20:00"]


def test_westward_over_the_date_line_the_day_that_comes_twice_gets_one(alice: Person, mailbox: MailReceiver) -> None:
    start = wall("2026-06-02T12:00", "Pacific/Auckland")
    lives_in(alice, "Pacific/Auckland")
    wants_it(alice, now=start)
    assert reminded_at(mailbox, start, start + 10 * HOUR, "Pacific/Auckland") == ["Tue 02 20:00"]
    landed = start + 12 * HOUR  # the second begins once more in Honolulu
    told_at(alice, "Pacific/Honolulu", landed)
    shown = reminded_at(mailbox, landed, landed + 3 * DAY, "Pacific/Honolulu")
    assert shown == ["Wed 03 20:00", "Thu 04 20:00"]


def test_two_phones_in_two_zones_that_take_turns_give_one_a_day(alice: Person, mailbox: MailReceiver) -> None:
    start = wall("2026-06-01T12:00", MADRID)
    lives_in(alice, MADRID, 1)
    wants_it(alice, now=start)
    days = set()
    for turn, now in enumerate(sweeps(start, start + 4 * DAY, 30 * MINUTE)):
        told_at(alice, (MADRID, TOKYO)[turn % 2], now)
    for courtesy in Courtesy.objects.all():
        assert courtesy.occasion not in days
        days.add(courtesy.occasion)
    assert 1 <= len(mailbox.received) == len(days)


def test_a_second_of_the_same_day_cannot_be_stored(alice: Person) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    one = {"user": alice.user, "kind": "reminder", "occasion": "2026-06-01", "created_at": now, "until": now}
    Courtesy.objects.create(due_at=now, **one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Courtesy.objects.create(due_at=now, **one)


@pytest.mark.django_db(transaction=True)
def test_two_beats_and_eight_workers_give_one_each(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    start = wall("2026-06-01T12:00", BERLIN)
    for person in (alice, bob):
        lives_in(person, BERLIN)
        wants_it(person, now=start)

    def one(_: int) -> None:
        try:
            sweep(start + 8 * HOUR)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))
    assert sorted(mail.recipients for mail in mailbox.received) == [(alice.email,), (bob.email,)]


def test_a_worker_that_dies_while_it_sends_leaves_it_to_another_under_the_same_id(
    alice: Person, mailbox: MailReceiver
) -> None:
    start = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start)

    eight = start + 8 * HOUR
    owe_reminders(now=eight)
    # It took the lease, and was never heard of again.
    row = Courtesy.objects.get()
    Courtesy.objects.update(state="sending", attempts=1, due_at=eight + LEASE)
    sweep(eight + LEASE - MINUTE)
    assert mailbox.received == []
    sweep(eight + LEASE)
    (mail,) = mailbox.received
    assert str(row.pk) in mail.mail["Message-ID"]


def test_after_an_outage_of_hours_it_is_left_out_and_tomorrows_comes(alice: Person, mailbox: MailReceiver) -> None:
    start = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start)
    assert reminded_at(mailbox, start + 11 * HOUR, start + 33 * HOUR, BERLIN) == ["Tue 02 20:00"]


def test_a_mail_server_that_is_away_gets_it_later_and_not_in_the_night(alice: Person, mailbox: MailReceiver) -> None:
    start = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start)
    mailbox.before_answer = lambda _: "451 later"
    sweep(start + 8 * HOUR)
    assert due_courtesies(now=start + 9 * HOUR).exists()
    mailbox.before_answer = lambda _: None
    assert len(reminded_at(mailbox, start + 8 * HOUR, start + 9 * HOUR, BERLIN, MINUTE)) == 1


def test_what_never_goes_out_is_given_up_when_it_is_of_no_use_any_more(alice: Person, mailbox: MailReceiver) -> None:
    start = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start)
    mailbox.before_answer = lambda _: "451 later"
    for _ in sweeps(start + 8 * HOUR, start + 11 * HOUR, MINUTE):
        pass
    assert (Courtesy.objects.get().state, Courtesy.objects.get().attempts) == ("failed", 8)


def test_whom_nothing_reaches_costs_nothing_more(alice: Person, mailbox: MailReceiver) -> None:
    start = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start)
    EmailAddress.objects.filter(user=alice.user).update(verified=False)
    sweep(start + 8 * HOUR)
    assert Courtesy.objects.get().state == "failed"


def test_it_is_kind_and_says_nothing_about_health_on_a_lock_screen(alice: Person, mailbox: MailReceiver) -> None:
    start = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start)
    sweep(start + 8 * HOUR)
    (mail,) = mailbox.received
    assert mail.mail["Subject"] == "A reminder from your diary"
    for text in (mail.text, mail.html):
        assert not {word for word in ("pain", "canary", "symptom", "tumour") if word in text.lower()}
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_it_is_in_their_language(alice: Person, mailbox: MailReceiver, language: str) -> None:
    start = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start)
    alice.patch("preferences", {"language": language})
    sweep(start + 8 * HOUR)
    (mail,) = mailbox.received
    assert mail.mail["Content-Language"] == language
    assert "reminder" not in mail.mail["Subject"]


def test_turning_it_off_ends_it_at_once_and_turning_it_on_again_sends_no_second_that_day(
    alice: Person, mailbox: MailReceiver
) -> None:
    start = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start)
    sweep(start + 8 * HOUR)
    alice.patch("preferences", {"logging_reminder": None})
    assert not ReminderPlan.objects.exists()
    wants_it(alice, now=start + 8 * HOUR + MINUTE, at="20:30")
    assert reminded_at(mailbox, start + 8 * HOUR, start + 33 * HOUR, BERLIN) == ["Tue 02 20:30"]


def test_what_is_old_is_forgotten(alice: Person, mailbox: MailReceiver) -> None:
    start = wall("2026-06-01T12:00", BERLIN)
    lives_in(alice, BERLIN)
    wants_it(alice, now=start)
    sweep(start + 8 * HOUR)
    forget_courtesies(now=start + 59 * DAY)
    assert Courtesy.objects.exists()
    forget_courtesies(now=start + 61 * DAY)
    assert not Courtesy.objects.exists()


def test_the_work_is_found_by_the_index_of_who_is_due(alice: Person, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):  # the transaction's two ends and one look
        assert owe_reminders(now=datetime(2026, 6, 1, tzinfo=UTC)) == 0
