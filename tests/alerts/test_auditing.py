"""The auditor finds what was left undone, whoever left it, and puts it right once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from alerts.acting.acknowledge import acknowledge
from alerts.auditing import CHECKS, LATE, audit
from alerts.models import Alert, AuditCheck, Delivery, EscalationStep, ScreeningFailure
from alerts.screening.diary import screen_diary
from diary.models import Caregiver, Patient
from tests.alerts.diaries import NOON, entry, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person

LATER = NOON + LATE + timedelta(seconds=1)


def found(now: datetime = NOON) -> dict[str, list[UUID]]:
    """What an audit that only looks finds."""
    return {one.check.name: list(one.found) for one in audit(now=now, mend=False) if one.found}


def mended(now: datetime = NOON) -> dict[str, tuple[int, int]]:
    """What an audit finds, and how much of it puts right."""
    return {one.check.name: (len(one.found), one.mended) for one in audit(now=now, mend=True) if one.found}


def owed() -> list[tuple[str, str]]:
    """Who is owed what."""
    deliveries = Delivery.objects.filter(state="owed").order_by("turn", "recipient__name")
    return list(deliveries.values_list("recipient__name", "step"))


@pytest.fixture
def alert(alice: Person, bob: Person) -> Alert:
    """An emergency of Alice's that Bob is to hear of too."""
    bob.cares_for(alice, "alerts", now=NOON - timedelta(days=1))
    write(alice, saddle_numbness())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    return Alert.objects.get()


def test_nothing_is_found_when_all_is_well(alert: Alert) -> None:
    assert found() == {}


def test_who_was_forgotten_is_found_and_told(alert: Alert, bob: Person) -> None:
    Delivery.objects.filter(recipient=bob.user).delete()
    assert found() == {"untold": [alert.pk]}
    assert mended() == {"untold": (1, 1)}
    assert owed() == [("Alice", "raised"), ("Bob", "raised")]
    assert found() == {}


def test_a_telling_that_is_lost_as_a_whole_is_owed_to_everyone(alert: Alert) -> None:
    Delivery.objects.all().delete()
    assert mended() == {"untold": (1, 1)}
    assert owed() == [("Alice", "raised"), ("Bob", "raised")]


def test_an_alert_of_a_version_that_planned_nothing_is_planned_and_not_told_again(alert: Alert) -> None:
    EscalationStep.objects.all().delete()
    Delivery.objects.update(state="sent", sent_at=NOON, next_attempt_at=None, attempts=1)
    assert found(LATER) == {"unplanned": [alert.pk]}
    assert mended(LATER) == {"unplanned": (1, 1)}
    assert list(alert.steps.order_by("place").values_list("step", "due_at")) == [
        ("escalated", LATER + timedelta(minutes=15)),
        ("escalated", LATER + timedelta(minutes=30)),
        ("reminder", LATER + timedelta(days=14)),
    ]
    assert owed() == []
    assert found(LATER) == {}


def test_an_alert_without_any_plan_is_told_and_gets_one(alert: Alert) -> None:
    Delivery.objects.all().delete()
    EscalationStep.objects.all().delete()
    assert mended() == {"untold": (1, 1)}
    assert owed() == [("Alice", "raised"), ("Bob", "raised")]
    assert EscalationStep.objects.filter(step="reminder", taken_at=None).exists()


def test_a_later_turn_that_is_lost_is_found_though_the_first_was_sent(alert: Alert) -> None:
    Delivery.objects.update(state="sent", attempts=1, sent_at=NOON, next_attempt_at=None)
    later = NOON + timedelta(minutes=15)
    assert EscalationStep.objects.filter(step="escalated", place=1).update(taken_at=later) == 1
    assert mended(later) == {"untold": (1, 1)}
    assert [name for name, _ in owed()] == ["Alice", "Bob"]


def test_what_an_earlier_audit_has_seen_is_not_gone_through_again(alert: Alert) -> None:
    """Alerts may stay open for years; what is told is looked at as long as it may still be under way."""
    mended()
    Delivery.objects.all().delete()
    assert found() == {"untold": [alert.pk]}
    EscalationStep.objects.filter(taken_at=None).delete()
    mended(NOON + timedelta(hours=2))
    Delivery.objects.all().delete()
    assert "untold" not in found(NOON + timedelta(hours=2))


def test_who_switched_the_tier_off_is_not_missing(alice: Person) -> None:
    alice.patch("preferences", {"channels": {"see_doctor": []}})
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    assert Alert.objects.filter(tier="see_doctor", state="open").exists()
    assert found() == {}


def test_who_came_later_or_left_is_not_missing(alert: Alert, alice: Person, bob: Person, charlie: Person) -> None:
    charlie.cares_for(alice, "alerts", now=NOON + timedelta(hours=1))
    Caregiver.objects.filter(user=bob.user).update(state="ended", ended_at=NOON)
    Delivery.objects.filter(recipient=bob.user).delete()
    assert found() == {}


def test_a_watch_is_told_to_nobody(alert: Alert) -> None:
    Delivery.objects.all().delete()
    Alert.objects.update(tier="watch")
    assert found() == {}


@pytest.mark.parametrize("state", ["owed", "sending"])
def test_a_delivery_is_overdue_once_every_sweep_and_lease_has_missed_it(alert: Alert, state: str) -> None:
    Delivery.objects.update(state=state, attempts=1, next_attempt_at=NOON)
    assert found(NOON + LATE - timedelta(seconds=1)) == {}
    assert set(found(LATER)["overdue"]) == set(Delivery.objects.values_list("pk", flat=True))
    assert mended(LATER) == {"overdue": (2, 0)}  # nudged: right only once they are sent


def test_one_that_waits_for_its_next_attempt_is_not_overdue(alert: Alert) -> None:
    Delivery.objects.update(next_attempt_at=NOON + timedelta(hours=4))
    assert "overdue" not in found(NOON + timedelta(hours=3))


def test_a_step_that_nobody_took_is_taken(alert: Alert) -> None:
    due = EscalationStep.objects.filter(taken_at=None).order_by("due_at")[0].due_at
    Delivery.objects.update(state="sent", attempts=1, sent_at=NOON, next_attempt_at=None)
    assert found(due + LATE - timedelta(seconds=1)) == {}
    assert found(due + LATE) == {"unescalated": [alert.patient_id]}
    assert mended(due + LATE) == {"unescalated": (1, 1)}
    assert owed() == [("Alice", "escalated"), ("Bob", "escalated")]
    assert found(due + LATE) == {}


def test_a_diary_left_unscreened_is_found_and_a_failing_one_is_told_apart(alice: Person, bob: Person) -> None:
    for person in (alice, bob):
        write(person, entry(worst_pain=2))
    Patient.objects.update(unscreened_since=NOON)
    ScreeningFailure.objects.create(patient_id=bob.patient_id, attempts=1, failed_at=NOON, retry_at=NOON, error="X")
    assert found(LATER) == {"unscreened": [alice.patient_id], "failing": [bob.patient_id]}
    assert mended(LATER) == {"unscreened": (1, 0), "failing": (1, 0)}


def test_what_was_not_followed_is_followed(alert: Alert) -> None:
    delivery = Delivery.objects.order_by("pk")[0]
    Delivery.objects.filter(pk=delivery.pk).update(
        state="sent", attempts=1, sent_at=NOON, next_attempt_at=None, follow_up_at=NOON
    )
    assert found(LATER)["unfollowed"] == [delivery.pk]
    assert mended(LATER)["unfollowed"] == (1, 1)
    assert "unfollowed" not in found(LATER)


def test_what_is_owed_after_an_acknowledgement_is_dropped(alert: Alert, alice: Person, bob: Person) -> None:
    acknowledge(patient_id=alert.patient_id, alert_id=alert.pk, actor_id=alice.id, now=NOON)
    assert found() == {}
    Delivery.objects.filter(recipient=bob.user).update(state="owed", next_attempt_at=NOON, drop_reason=None)
    EscalationStep.objects.filter(step="reminder").update(dropped_at=None)
    assert found() == {"not_stopped": [alert.pk]}
    assert mended() == {"not_stopped": (1, 1)}
    assert set(Delivery.objects.values_list("state", "last_error")) == {("dropped", "alert acknowledged")}
    assert found() == {}


def test_a_correction_that_is_owed_stays_owed(alert: Alert) -> None:
    Alert.objects.update(state="withdrawn", withdrawn_at=NOON)
    EscalationStep.objects.filter(taken_at=None).update(dropped_at=NOON)
    Delivery.objects.update(step="withdrawn")
    assert found() == {}


def test_asking_again_after_a_closed_alert_is_no_finding(alert: Alert) -> None:
    Alert.objects.update(state="closed", closed_at=NOON)
    Delivery.objects.update(state="sent", attempts=1, sent_at=NOON, next_attempt_at=None)
    EscalationStep.objects.filter(taken_at=None).update(step="asked_again", to=None)
    assert found() == {}


def test_what_was_seen_is_counted_over_all_audits(alert: Alert, bob: Person) -> None:
    for _ in range(2):
        Delivery.objects.filter(recipient=bob.user).delete()
        mended()
    audit(now=NOON, mend=True)
    untold = AuditCheck.objects.get(name="untold")
    assert (untold.found, untold.left, untold.found_ever, untold.mended_ever) == (0, 0, 2, 2)
    assert set(AuditCheck.objects.values_list("name", flat=True)) == {check.name for check in CHECKS}


def test_one_that_only_looks_leaves_no_trace(alert: Alert, bob: Person) -> None:
    Delivery.objects.filter(recipient=bob.user).delete()
    assert found() == found() != {}
    assert not AuditCheck.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_audits_at_once_mend_once(alert: Alert) -> None:
    Delivery.objects.all().delete()

    def run(_: int) -> None:
        try:
            audit(now=NOON, mend=True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as auditors:
        list(auditors.map(run, range(4)))
    assert owed() == [("Alice", "raised"), ("Bob", "raised")]
    assert Delivery.objects.count() == 2


def test_an_audit_asks_as_much_of_few_as_of_many(alice: Person, bob: Person) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            audit(now=NOON, mend=False)
        return len(captured)

    write(alice, saddle_numbness())
    few = queries()
    write(bob, saddle_numbness(), *nights_that_no_tablet_helped())
    screen_diary(patient_id=bob.patient_id, now=NOON)
    assert queries() == few == len(CHECKS) + 1  # and when the last audit was
