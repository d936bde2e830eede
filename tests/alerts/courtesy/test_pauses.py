"""While a diary is paused no one is reminded, asked or sent to a check-up. Danger signs are told as ever."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from alerts.acting.acknowledge import acknowledge
from alerts.acting.due_steps import take_due_steps
from alerts.courtesy.silences import owe_silences
from alerts.models import Alert, Courtesy, Delivery, EscalationStep
from alerts.screening.diary import screen_diary
from diary.models import AccessLine, Patient, ReminderPlan
from tests.alerts.courtesy.clockwork import EVERY_DAY, lives_in, reminded_at, sweep
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import (
    NOON,
    TODAY,
    entry,
    nights_that_no_tablet_helped,
    pain_of_long_ago,
    saddle_numbness,
    write,
)
from tests.cast import Person
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FOR_GOOD = "9999-12-31"


def pauses(person: Person, until: str | None, patient: str = "me", *, now: datetime = NOON) -> int:
    with time_machine.travel(now, tick=False):
        person.show_again_who_it_is()
        return person.patch(f"patients/{patient}/profile", {"paused_until": until}).status


def wants_reminders(person: Person) -> None:
    with time_machine.travel(NOON, tick=False):
        person.show_again_who_it_is()
        lives_in(person, "UTC")
        wish = {"logging_reminder": {"at": "20:00", "weekdays": EVERY_DAY}}
        assert person.patch("preferences", wish).status == 200


def test_no_reminder_comes_until_the_date_and_then_none_for_what_is_past(alice: Person, mailbox: MailReceiver) -> None:
    wants_reminders(alice)
    assert pauses(alice, "2026-07-05") == 200
    assert reminded_at(mailbox, NOON, NOON + 6 * DAY, "UTC") == ["Sun 05 20:00"]


def test_for_good_is_for_good_until_someone_ends_it(alice: Person, mailbox: MailReceiver) -> None:
    wants_reminders(alice)
    pauses(alice, FOR_GOOD)
    assert ReminderPlan.objects.get().due_at is None
    assert pauses(alice, None, now=NOON + 30 * DAY) == 200
    assert reminded_at(mailbox, NOON + 30 * DAY, NOON + 31 * DAY, "UTC") == ["Thu 30 20:00"]


def test_one_that_is_on_its_way_is_held_back(alice: Person, mailbox: MailReceiver) -> None:
    wants_reminders(alice)
    eight = NOON + 8 * HOUR
    Courtesy.objects.create(
        user=alice.user, kind="later", occasion=str(TODAY), created_at=NOON, due_at=eight, until=eight + HOUR
    )
    pauses(alice, "2026-07-01")
    sweep(eight)
    assert mailbox.received == []


def test_the_date_is_that_of_the_wall_where_the_patient_is(alice: Person, mailbox: MailReceiver) -> None:
    wants_reminders(alice)
    with time_machine.travel(NOON, tick=False):
        lives_in(alice, "Pacific/Kiritimati")
    pauses(alice, "2026-07-02")
    assert reminded_at(mailbox, NOON, NOON + 2 * DAY, "Pacific/Kiritimati") == ["Thu 02 20:00"]


def test_caregivers_hear_of_no_silence_and_it_begins_anew_with_the_end(
    alice: Person, bob: Person, mailbox: MailReceiver
) -> None:
    bob.cares_for(alice, "read")
    alice.patch("patients/me/profile", {"silence_notice_days": 3})
    write(alice, entry())
    pauses(alice, "2026-07-10")
    told: list[int] = []
    for days in range(20):
        owe_silences(now=NOON + days * DAY)
        told += [days] * (Courtesy.objects.count() - len(told))
    assert told == [13], "the tenth of July and three days"


def test_no_one_is_asked_whether_they_were_seen_and_nothing_opens_again_for_it(
    alice: Person, bob: Person, mailbox: MailReceiver
) -> None:
    bob.cares_for(alice, "read")
    write(alice, saddle_numbness())
    alert = Alert.objects.get()
    acknowledge(patient_id=alice.patient_id, alert_id=alert.pk, actor_id=bob.id, now=NOON)
    deliver_all(NOON)
    before = len(mailbox.received)
    pauses(alice, "2026-07-01")
    for hours in range(24 * 3):
        take_due_steps(patient_id=alice.patient_id, now=NOON + hours * HOUR)
        deliver_all(NOON + hours * HOUR)
    assert len(mailbox.received) == before
    assert not Delivery.objects.filter(step="question").exists()
    alert.refresh_from_db()
    assert alert.state == "acknowledged"


def test_a_question_after_the_pause_is_asked(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "read")
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    alert = Alert.objects.get(tier="see_doctor")
    acknowledge(patient_id=alice.patient_id, alert_id=alert.pk, actor_id=bob.id, now=NOON)
    pauses(alice, str(TODAY + 16 * DAY))
    for days in range(1, 25):
        take_due_steps(patient_id=alice.patient_id, now=NOON + days * DAY)
    steps = EscalationStep.objects.filter(step="question").order_by("place")
    assert [step.taken_at is not None for step in steps] == [False, True]


def test_a_question_that_was_held_through_the_night_is_dropped(alice: Person, mailbox: MailReceiver) -> None:
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    alert = Alert.objects.get(tier="see_doctor")
    acknowledge(patient_id=alice.patient_id, alert_id=alert.pk, actor_id=alice.id, now=NOON)
    then = NOON + 14 * DAY
    take_due_steps(patient_id=alice.patient_id, now=then)
    pauses(alice, FOR_GOOD, now=then)
    before = len(mailbox.received)
    deliver_all(then)
    assert len(mailbox.received) == before
    assert set(Delivery.objects.filter(step="question").values_list("drop_reason", flat=True)) == {"paused"}


def test_no_reminder_of_what_can_wait_is_sent(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "read")
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    deliver_all(NOON)
    before = len(mailbox.received)
    pauses(alice, FOR_GOOD)
    for days in range(1, 30):
        take_due_steps(patient_id=alice.patient_id, now=NOON + days * DAY)
        deliver_all(NOON + days * DAY)
    assert len(mailbox.received) == before


def test_no_one_is_sent_to_a_check_up(alice: Person, mailbox: MailReceiver) -> None:
    pauses(alice, FOR_GOOD)
    write(alice, *pain_of_long_ago())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    deliver_all(NOON)
    assert Alert.objects.filter(tier="check_up", state="open").exists()
    assert mailbox.received == []
    assert set(Delivery.objects.values_list("drop_reason", flat=True)) == {"paused"}


def test_danger_signs_are_told_as_ever_and_go_on_until_someone_acts(
    alice: Person, bob: Person, mailbox: MailReceiver
) -> None:
    bob.cares_for(alice, "alerts")
    pauses(alice, FOR_GOOD)
    write(alice, saddle_numbness())
    deliver_all(NOON)
    assert {mail.recipients for mail in mailbox.received} == {(alice.email,), (bob.email,)}
    take_due_steps(patient_id=alice.patient_id, now=NOON + HOUR / 4)
    deliver_all(NOON + HOUR / 4)
    assert len(mailbox.received) == 4


class TestWhoMay:
    """Pause a diary: its owner, and a caregiver who may write it."""

    def test_a_caregiver_who_may_write_pauses_it_and_the_access_log_says_so(self, alice: Person, bob: Person) -> None:
        bob.cares_for(alice, "log")
        assert pauses(bob, FOR_GOOD, str(alice.patient_id)) == 200
        assert Patient.objects.get(pk=alice.patient_id).paused_until == date(9999, 12, 31)
        line = AccessLine.objects.order_by("-pk").first()
        assert line is not None
        assert (line.actor_id, line.action, line.resource) == (bob.id, "written", "profile")

    @pytest.mark.parametrize("level", ["alerts", "read"])
    def test_no_other_caregiver_may(self, alice: Person, bob: Person, level: str) -> None:
        bob.cares_for(alice, level)  # type: ignore[arg-type]
        assert pauses(bob, FOR_GOOD, str(alice.patient_id)) == 404

    @pytest.mark.parametrize(
        "change",
        [{"smoking": "never"}, {"paused_until": FOR_GOOD, "region": "ES"}, {"silence_notice_days": 5}, {"nonsense": 1}],
    )
    def test_a_caregiver_changes_nothing_else_and_learns_nothing_by_trying(
        self, alice: Person, bob: Person, charlie: Person, change: dict[str, object]
    ) -> None:
        bob.cares_for(alice, "log")
        refused = bob.patch(f"patients/{alice.patient_id}/profile", change)
        stranger = charlie.patch(f"patients/{alice.patient_id}/profile", change)
        assert (refused.status, refused.body) == (404, stranger.body)
        assert Patient.objects.get(pk=alice.patient_id).profile_version == 1

    @pytest.mark.parametrize("until", ["tomorrow", "2026-7-1", "9999-12-30", "3000-01-01", 5, True, NOON.isoformat()])
    def test_what_is_no_date_is_refused(self, alice: Person, until: object) -> None:
        answer = alice.patch("patients/me/profile", {"paused_until": until})
        assert (answer.status, answer.pointers) == (400, {"/paused_until"})


def test_an_imported_document_pauses_nothing(alice: Person) -> None:
    document = {"format": "symptom-diary/1", "patient": {"paused_until": FOR_GOOD, "smoking": "never"}}
    assert alice.post("patients/me/import", document).status == 200
    assert alice.get("patients/me/profile").body["paused_until"] is None
    assert alice.get("patients/me/profile").body["smoking"] == "never"
