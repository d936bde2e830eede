"""Caregivers hear once that nothing comes, if the patient wished it: kindly, and never as an alarm."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction

from alerts.courtesy.send import send_courtesies
from alerts.courtesy.silences import owe_silences
from alerts.messages.links import courtesy_link
from alerts.models import Alert, Courtesy, Delivery
from diary.format.fields import FOR_GOOD
from diary.models import AccessLine, Caregiver, Patient
from tests.alerts.diaries import NOON, TODAY, delete, edit, entry, write
from tests.cast import Person
from tests.receiver import MailReceiver
from tests.web.links.conftest import Page, path_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def says(person: Person, patient: str = "me", *, now: datetime = NOON, **profile: object) -> int:
    with time_machine.travel(now, tick=False):
        person.show_again_who_it_is()
        return person.patch(f"patients/{patient}/profile", profile).status


def sweep(now: datetime) -> None:
    while owe_silences(now=now):
        pass
    while send_courtesies(now=now):
        pass


def heard(mailbox: MailReceiver, *, days: int, since: datetime = NOON) -> list[int]:
    """After how many days mails went out, with four sweeps a day."""
    found = []
    for hours in range(0, days * 24 + 1, 6):
        before = len(mailbox.received)
        sweep(since + hours * HOUR)
        found += [hours // 24] * (len(mailbox.received) - before)
    return found


def test_without_a_wish_no_one_hears(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "log")
    write(alice, entry())
    assert heard(mailbox, days=61) == []
    assert Patient.objects.get(pk=alice.patient_id).silence_due_at is None


@pytest.mark.parametrize("level", ["alerts", "read", "log"])
def test_every_caregiver_hears_once_after_as_many_days_as_the_patient_chose(
    alice: Person, bob: Person, mailbox: MailReceiver, level: str
) -> None:
    bob.cares_for(alice, level)  # type: ignore[arg-type]
    assert says(alice, silence_notice_days=5) == 200
    write(alice, entry())
    assert heard(mailbox, days=30) == [5]
    (mail,) = mailbox.received
    assert mail.recipients == (bob.email,)


def test_the_patient_and_a_stranger_hear_nothing(
    alice: Person, bob: Person, charlie: Person, mailbox: MailReceiver
) -> None:
    bob.cares_for(alice, "read")
    says(alice, silence_notice_days=3)
    write(alice, entry())
    sweep(NOON + 3 * DAY)
    assert [mail.recipients for mail in mailbox.received] == [(bob.email,)]


def test_each_entry_puts_it_off_and_after_a_notice_begins_a_new_silence(
    alice: Person, bob: Person, mailbox: MailReceiver
) -> None:
    bob.cares_for(alice, "read")
    says(alice, silence_notice_days=3)
    write(alice, entry())
    write(alice, entry(), now=NOON + 2 * DAY)
    assert heard(mailbox, days=20) == [5]
    write(alice, entry(), now=NOON + 20 * DAY)
    assert heard(mailbox, days=20, since=NOON + 20 * DAY) == [3]


def test_what_a_caregiver_writes_and_an_edit_are_something_that_came(
    alice: Person, bob: Person, mailbox: MailReceiver
) -> None:
    bob.cares_for(alice, "log")
    says(alice, silence_notice_days=3)
    one = entry()
    write(alice, one)
    edit(alice, entry(id_=one.id, worst_pain=4), now=NOON + 2 * DAY)
    sweep(NOON + 4 * DAY)
    assert mailbox.received == []
    delete(alice, one, now=NOON + 4 * DAY)
    sweep(NOON + 5 * DAY)
    assert len(mailbox.received) == 1


def test_a_wish_begins_the_silence_and_does_not_look_back(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "read")
    write(alice, entry(TODAY - 40 * DAY), now=NOON - 40 * DAY)
    says(alice, silence_notice_days=3)
    sweep(NOON)
    assert mailbox.received == []


def test_what_came_between_the_noticing_and_the_sending_counts(
    alice: Person, bob: Person, mailbox: MailReceiver
) -> None:
    bob.cares_for(alice, "read")
    says(alice, silence_notice_days=3)
    write(alice, entry())
    owe_silences(now=NOON + 3 * DAY)
    write(alice, entry(), now=NOON + 3 * DAY)
    send_courtesies(now=NOON + 3 * DAY)
    assert (mailbox.received, Courtesy.objects.get().state) == ([], "dropped")


def test_who_left_meanwhile_hears_nothing(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    place = bob.cares_for(alice, "read")
    says(alice, silence_notice_days=3)
    write(alice, entry())
    owe_silences(now=NOON + 3 * DAY)
    Caregiver.objects.filter(pk=place.pk).update(state="ended", ended_at=NOON)
    send_courtesies(now=NOON + 3 * DAY)
    assert mailbox.received == []


def test_it_waits_for_the_caregivers_quiet_hours(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "read")
    bob.patch("preferences", {"quiet_hours": {"start": "11:00", "end": "15:00"}})
    says(alice, silence_notice_days=3)
    write(alice, entry())
    sweep(NOON + 3 * DAY)
    assert mailbox.received == []
    sweep(NOON + 3 * DAY + 3 * HOUR)
    assert len(mailbox.received) == 1


def test_it_is_no_alarm_and_says_nothing_about_health(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "alerts")
    says(alice, silence_notice_days=3)
    write(alice, entry(night_pain=8, note="canary"))
    sweep(NOON + 3 * DAY)
    (mail,) = mailbox.received
    assert mail.mail["Subject"] == "A message from the symptom diary"
    said = " ".join(mail.text.split())
    assert "Alice hasn't written for 3 days, and asked us to let you know. This is not an alarm." in said
    assert not {word for word in ("pain", "canary", "tumour", str(TODAY)) if word in said.lower()}
    assert "Pause the diary" not in said, "only who may write may pause"
    assert not Alert.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_it_is_in_the_readers_language(alice: Person, bob: Person, mailbox: MailReceiver, language: str) -> None:
    bob.cares_for(alice, "log")
    bob.patch("preferences", {"language": language})
    says(alice, silence_notice_days=3)
    write(alice, entry())
    sweep(NOON + 3 * DAY)
    (mail,) = mailbox.received
    assert mail.mail["Content-Language"] == language
    assert "alarm." not in mail.text.replace("Alarm.", "").replace("alarma.", "") or language == "en"


def test_twice_for_one_silence_cannot_be_stored(alice: Person, bob: Person) -> None:
    one = {"user": bob.user, "kind": "silence", "patient_id": alice.patient_id, "occasion": "x", "until": NOON}
    Courtesy.objects.create(created_at=NOON, due_at=NOON, **one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Courtesy.objects.create(created_at=NOON, due_at=NOON, **one)


@pytest.mark.parametrize("days", [2, 61, "5", 3.5, True])
def test_days_that_may_not_be_are_refused(alice: Person, days: object) -> None:
    answer = alice.patch("patients/me/profile", {"silence_notice_days": days})
    assert (answer.status, answer.pointers) == (400, {"/silence_notice_days"})


class TestPausingByTheLink:
    """The widow of a patient gets the notice."""

    @pytest.fixture
    def page(self, alice: Person, bob: Person, mailbox: MailReceiver) -> Page:
        bob.cares_for(alice, "log")
        says(alice, silence_notice_days=3)
        write(alice, entry())
        sweep(NOON + 3 * DAY)
        assert "Pause the diary" in mailbox.received[0].text
        courtesy = Courtesy.objects.get()
        return Page(path_of(courtesy_link(courtesy.pk, courtesy.user.links_epoch)))

    def test_one_tap_pauses_it_for_good(self, page: Page, alice: Person, bob: Person) -> None:
        assert page.buttons == ["Pause it for a month", "Pause it for good"]
        assert Patient.objects.get(pk=alice.patient_id).paused_until is None, "opening it does nothing"
        assert page.tap("for_good").status_code == 303
        assert Patient.objects.get(pk=alice.patient_id).paused_until == FOR_GOOD
        assert "we wish you strength" in page.text
        assert page.buttons == []
        line = AccessLine.objects.order_by("-pk").first()
        assert line is not None
        assert (line.actor_id, line.action, line.resource) == (bob.id, "written", "profile")

    def test_for_a_month(self, page: Page, alice: Person) -> None:
        with time_machine.travel(NOON + 4 * DAY, tick=False):
            page.tap("a_month")
        assert Patient.objects.get(pk=alice.patient_id).paused_until == TODAY + 34 * DAY

    def test_who_may_not_write_any_more_can_read_it_and_pause_nothing(
        self, page: Page, alice: Person, bob: Person
    ) -> None:
        Caregiver.objects.update(level="read")
        assert page.buttons == []
        assert page.tap("for_good").status_code == 404
        assert Patient.objects.get(pk=alice.patient_id).paused_until is None

    def test_who_left_sees_nothing(self, page: Page) -> None:
        Caregiver.objects.update(state="ended", ended_at=NOON)
        assert page.get().status_code == 404


def test_an_erased_diary_takes_its_notices_along(alice: Person, bob: Person) -> None:
    Courtesy.objects.create(
        user=bob.user, kind="silence", patient_id=alice.patient_id, occasion=str(uuid4()),
        created_at=NOON, due_at=NOON, until=NOON,
    )  # fmt: skip
    alice.user.patient.delete()
    assert not Courtesy.objects.exists()
