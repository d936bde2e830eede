"""A check-up is asked for once, of the patient alone, and is over with the next visit."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from alerts.acting.acknowledge import acknowledge, take_back
from alerts.acting.outcome import give_outcome, say_not_yet
from alerts.auditing import audit
from alerts.delivery.snooze import snooze
from alerts.escalation.untold import untold
from alerts.models import Alert, Delivery, EscalationStep
from alerts.screening.diary import screen_diary
from diary.format.fields import Resource
from diary.models import Event as EventRow
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, TODAY, days_ago, delete, entry, pain_of_long_ago, visit, write
from tests.cast import Person
from tests.receiver import MailReceiver

AFTERNOON_NAP = {"quiet_hours": {"start": "11:30", "end": "15:00"}}


def at(hours: float) -> datetime:
    """So many hours after noon."""
    return NOON + timedelta(hours=hours)


pytestmark = pytest.mark.django_db
RULE = "check_up_due"
Screen = Callable[..., None]


@pytest.fixture
def screened(alice: Person) -> Screen:
    """Alice writes, and the diary is screened; `after` days later than the day of the tests."""

    def write_and_screen(*contents: Resource, after: int = 0) -> None:
        now = NOON + timedelta(days=after)
        write(alice, *contents, now=now)
        screen_diary(patient_id=alice.patient_id, now=now)

    return write_and_screen


@pytest.fixture
def check_up(alice: Person, bob: Person, screened: Screen) -> Alert:
    """It is due; Bob may write in the diary, too."""
    bob.cares_for(alice, "log")
    screened(*pain_of_long_ago())
    return Alert.objects.get(rule=RULE)


def told() -> list[tuple[UUID, str, str]]:
    return list(Delivery.objects.order_by("turn", "pk").values_list("recipient_id", "channel", "step"))


def as_it_is(alert: Alert) -> Alert:
    alert.refresh_from_db()
    return alert


class TestTelling:
    def test_it_opens_in_its_own_tier_and_no_alarm_does(self, check_up: Alert) -> None:
        assert (check_up.tier, check_up.state, check_up.found_on) == ("check_up", "open", TODAY)
        assert not Alert.objects.filter(tier="see_doctor").exists()

    def test_the_patient_is_told_and_nobody_else(self, alice: Person, check_up: Alert) -> None:
        assert told() == [(alice.id, "email", "raised")]

    def test_once(self, alice: Person, check_up: Alert, screened: Screen, mailbox: MailReceiver) -> None:
        for day in range(1, 40):
            screened(entry(TODAY + timedelta(days=day), night_pain=6, worst_pain=6), after=day)
        deliver_all(NOON + timedelta(days=40))
        assert len(mailbox.sent_to(alice.email)) == 1
        assert as_it_is(check_up).evidence["days"][-1] == (TODAY + timedelta(days=39)).isoformat()

    def test_nothing_follows(self, check_up: Alert) -> None:
        assert list(EscalationStep.objects.values_list("step", "to")) == [("told", ["me"])]

    def test_the_auditor_has_nothing_to_say(self, check_up: Alert) -> None:
        deliver_all(NOON)
        assert [one.check.name for one in audit(now=at(2), mend=False) if one.found] == []

    def test_whoever_switched_it_off_finds_it_in_the_app(self, alice: Person, screened: Screen) -> None:
        alice.patch("preferences", {"channels": {"check_up": []}})
        screened(*pain_of_long_ago())
        assert told() == []
        assert RULE in [one["rule"] for one in alice.get("patients/me/alerts").body["items"]]
        assert [one.check.name for one in audit(now=at(2), mend=False) if one.found] == []

    def test_alarms_switched_off_leave_it_on(self, alice: Person, screened: Screen) -> None:
        alice.patch("preferences", {"channels": {"see_doctor": []}})
        screened(*pain_of_long_ago())
        assert told() == [(alice.id, "email", "raised")]

    def test_quiet_hours_hold_it_until_they_end(self, alice: Person, screened: Screen, mailbox: MailReceiver) -> None:
        alice.patch("preferences", AFTERNOON_NAP)
        screened(*pain_of_long_ago())
        deliver_all(at(2.99))
        assert mailbox.received == []
        deliver_all(at(3))
        assert len(mailbox.sent_to(alice.email)) == 1

    def test_found_weeks_late_it_stands_in_the_app(self, alice: Person, screened: Screen) -> None:
        screened(*pain_of_long_ago(), after=28)
        assert told() == []
        assert alice.get("patients/me/alerts").body["items"][0]["state"] == "closed"

    def test_found_within_four_weeks_it_is_told(self, screened: Screen) -> None:
        screened(*pain_of_long_ago(), after=27)
        assert len(told()) == 1


class TestTheNextVisit:
    def test_closes_it_without_a_word(self, check_up: Alert, screened: Screen) -> None:
        screened(visit(TODAY + timedelta(days=1)), after=1)
        assert as_it_is(check_up).state == "closed"
        assert [step for _, _, step in told()] == ["raised"]

    def test_so_does_one_that_was_before_it_and_not_noted(self, check_up: Alert, screened: Screen) -> None:
        screened(visit(days_ago(30)), after=1)
        assert as_it_is(check_up).state == "closed"
        assert [step for _, _, step in told()] == ["raised"]

    def test_what_is_still_owed_is_not_sent(self, alice: Person, screened: Screen, mailbox: MailReceiver) -> None:
        screened(*pain_of_long_ago())
        screened(visit(TODAY))
        deliver_all(at(1))
        assert mailbox.received == []

    def test_a_visit_about_something_else_closes_nothing(self, check_up: Alert, screened: Screen) -> None:
        screened(visit(TODAY, about_this_pain=False))
        assert as_it_is(check_up).state == "open"

    def test_taken_back_it_is_open_again_and_told_once_more(
        self, alice: Person, check_up: Alert, screened: Screen
    ) -> None:
        mistaken = visit(TODAY)
        screened(mistaken)
        delete(alice, mistaken, now=NOON)
        screen_diary(patient_id=alice.patient_id, now=NOON)
        assert as_it_is(check_up).state == "open"
        assert len(told()) == 2


def test_when_what_it_rests_on_is_deleted_it_is_withdrawn_and_the_patient_is_told(
    alice: Person, screened: Screen, mailbox: MailReceiver
) -> None:
    seen, *kept = pain_of_long_ago()
    screened(seen, *kept)
    deliver_all(NOON)
    delete(alice, *kept, now=NOON)
    screen_diary(patient_id=alice.patient_id, now=NOON)
    deliver_all(at(1))
    assert Alert.objects.get(rule=RULE).state == "withdrawn"
    assert len(mailbox.sent_to(alice.email)) == 2


class TestActing:
    def test_the_patient_may_take_it_on_and_nobody_asks_whether_they_were_seen(
        self, alice: Person, check_up: Alert
    ) -> None:
        assert acknowledge(patient_id=alice.patient_id, alert_id=check_up.pk, actor_id=alice.id, now=NOON)
        assert as_it_is(check_up).state == "acknowledged"
        assert list(EscalationStep.objects.values_list("step", flat=True)) == ["told"]

    def test_a_visit_closes_it_then_too(self, alice: Person, check_up: Alert, screened: Screen) -> None:
        acknowledge(patient_id=alice.patient_id, alert_id=check_up.pk, actor_id=alice.id, now=NOON)
        screened(visit(TODAY))
        assert as_it_is(check_up).state == "closed"

    def test_taking_that_back_tells_nobody(self, alice: Person, check_up: Alert) -> None:
        acknowledge(patient_id=alice.patient_id, alert_id=check_up.pk, actor_id=alice.id, now=NOON)
        assert take_back(patient_id=alice.patient_id, alert_id=check_up.pk, actor_id=alice.id, now=NOON)
        assert as_it_is(check_up).state == "open"
        assert [step for _, _, step in told()] == ["raised"]

    def test_a_caregiver_takes_nothing_on(self, alice: Person, bob: Person, check_up: Alert) -> None:
        assert not acknowledge(patient_id=alice.patient_id, alert_id=check_up.pk, actor_id=bob.id, now=NOON)
        assert as_it_is(check_up).state == "open"

    def test_what_the_doctor_said_closes_it_and_is_a_visit(self, alice: Person, check_up: Alert) -> None:
        give_outcome(
            patient_id=alice.patient_id, alert_id=check_up.pk, actor_id=alice.id, outcome="not_serious", now=NOON
        )
        screen_diary(patient_id=alice.patient_id, now=NOON)
        assert (as_it_is(check_up).state, check_up.outcome) == ("closed", "not_serious")
        assert EventRow.objects.filter(kind="doctor_visit", date=TODAY, deleted=False).exists()

    @pytest.mark.parametrize("outcome", ["did_not_go", "seen"])
    def test_who_did_not_go_is_asked_no_more(self, alice: Person, check_up: Alert, outcome: str) -> None:
        give_outcome(
            patient_id=alice.patient_id,
            alert_id=check_up.pk,
            actor_id=alice.id,
            outcome=outcome,  # type: ignore[arg-type] # one of the words
            now=NOON,
        )
        assert not EscalationStep.objects.filter(step="asked_again").exists()
        assert as_it_is(check_up).state == "closed"

    def test_not_yet_opens_it_again_and_tells_nobody(self, alice: Person, check_up: Alert) -> None:
        give_outcome(patient_id=alice.patient_id, alert_id=check_up.pk, actor_id=alice.id, outcome="seen", now=NOON)
        say_not_yet(patient_id=alice.patient_id, alert_id=check_up.pk, actor_id=alice.id, now=at(1))
        assert as_it_is(check_up).state == "open"
        assert [step for _, _, step in told()] == ["raised"]
        assert untold(most=10) == []

    def test_it_can_be_snoozed(self, alice: Person, check_up: Alert, mailbox: MailReceiver) -> None:
        assert snooze(alert=check_up, user_id=alice.id, until=at(48), now=NOON)
        deliver_all(at(47))
        assert mailbox.received == []
        deliver_all(at(48))
        assert len(mailbox.sent_to(alice.email)) == 1


class TestWhoSeesIt:
    @pytest.mark.parametrize(("level", "rules"), [("alerts", []), ("read", [RULE]), ("log", [RULE])])
    def test_of_the_circle_who_reads_the_diary(
        self, alice: Person, charlie: Person, screened: Screen, level: str, rules: list[str]
    ) -> None:
        charlie.cares_for(alice, level)  # type: ignore[arg-type] # one of the words
        screened(*pain_of_long_ago())
        shown = charlie.get(f"patients/{alice.patient_id}/alerts").body["items"]
        assert [one["rule"] for one in shown] == rules

    def test_a_caregiver_who_hears_of_alerts_only_cannot_open_it(
        self, alice: Person, charlie: Person, check_up: Alert
    ) -> None:
        charlie.cares_for(alice, "alerts")
        assert charlie.get(f"patients/{alice.patient_id}/alerts/{check_up.pk}").status == 404

    def test_the_patient_reads_what_persists_and_what_to_do(self, alice: Person, check_up: Alert) -> None:
        shown = alice.get(f"patients/me/alerts/{check_up.pk}").body
        assert shown["title"] == "Time for a check-up"
        assert shown["advice"] == "Ask for a routine check-up in the next two months, and take this diary with you."
        assert shown["explained"]["noted"] == (
            "It's been more than a year since a doctor looked at this pain (25 June 2025), and it's still there. "
            "Up to 30 June 2026 you noted: pain at night or at rest that treatment hasn't relieved."
        )
        assert shown["evidence"]["counts"]["patterns"]["found"] == ["night_rest_not_responding"]
        assert shown["call"] is None
