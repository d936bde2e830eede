"""Outcomes and snoozes over HTTP: who may, what is refused, and what everyone sees of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from alerts.acting.acknowledge import acknowledge
from alerts.delivery.send import deliver
from alerts.delivery.turns import due_deliveries
from alerts.models import Alert, Delivery, Snooze
from alerts.screening.diary import screen_diary
from diary.models import Event
from tests.alerts.api.paths import hers
from tests.alerts.diaries import delete, entry, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person, send
from tests.receiver import MailReceiver


@pytest.fixture
def emergency(alice: Person) -> str:
    """Alice noted saddle numbness today; the path of the alert in her own diary."""
    write(alice, saddle_numbness(timezone.now().date()), now=timezone.now())
    return f"patients/me/alerts/{Alert.objects.get().pk}"


@pytest.fixture
def visit(alice: Person) -> str:
    """Nights that no tablet helped; the path of the alert that asks Alice to see a doctor."""
    write(alice, *nights_that_no_tablet_helped(until=timezone.now().date()), now=timezone.now())
    screen_diary(patient_id=alice.patient_id, now=timezone.now())
    return f"patients/me/alerts/{Alert.objects.get(rule='night_rest_not_responding').pk}"


def ahead(**days: float) -> str:
    return (timezone.now() + timedelta(**days)).isoformat()


def test_an_outcome_is_shown_to_everyone_with_who_gave_it(alice: Person, bob: Person, emergency: str) -> None:
    bob.cares_for(alice, "log")
    answer = bob.post(f"{hers(alice, emergency)}/outcome", {"outcome": "being_investigated"})
    assert answer.status == 200
    seen = alice.get(emergency).body
    assert (seen["state"], seen["outcome"]) == ("closed", "being_investigated")
    assert seen["outcome_by"] == {"id": str(bob.id), "name": "Bob"}
    assert seen["closed_at"] is not None
    (stored,) = alice.get("patients/me/events").body["items"]
    assert (stored["kind"], stored["about_this_pain"], stored["recorded_by"]) == ("doctor_visit", True, str(bob.id))


def test_the_same_outcome_again_gives_the_same_answer(alice: Person, emergency: str) -> None:
    first = alice.post(f"{emergency}/outcome", {"outcome": "serious"})
    again = alice.post(f"{emergency}/outcome", {"outcome": "serious"})
    assert (again.status, again.body) == (first.status, first.body)
    assert Event.objects.count() == 1


def test_the_access_log_says_who_gave_it(alice: Person, bob: Person, visit: str) -> None:
    bob.cares_for(alice, "log")
    bob.post(f"{hers(alice, visit)}/outcome", {"outcome": "serious"})
    bob.post(f"{hers(alice, visit)}/snooze", {"until": ahead(days=1)})
    lines = alice.get("patients/me/access-log").body["items"]
    assert [(line["actor_name"], line["action"], line["resource"]) for line in lines[1:3]] == [
        ("Bob", "snoozed", "alert"),
        ("Bob", "outcome_given", "alert"),
    ]


def test_what_was_refused_is_not_in_the_access_log_as_done(alice: Person, bob: Person, visit: str) -> None:
    bob.cares_for(alice, "log")
    Alert.objects.update(state="withdrawn", withdrawn_at=timezone.now())
    assert bob.post(f"{hers(alice, visit)}/outcome", {"outcome": "serious"}).status == 409
    assert bob.post(f"{hers(alice, visit)}/outcome", {"outcome": "?"}).status == 400
    assert bob.post(f"{hers(alice, visit)}/snooze", {"until": ahead(days=90)}).status == 400
    lines = alice.get("patients/me/access-log").body["items"]
    assert [(line["action"], line["resource"]) for line in lines if line["actor_name"] == "Bob"] == [("read", "alert")]


@pytest.mark.parametrize("level", ["alerts", "read"])
def test_an_outcome_takes_the_level_that_writes_the_diary(
    alice: Person, bob: Person, emergency: str, level: Any
) -> None:
    bob.cares_for(alice, level)
    assert bob.post(f"{hers(alice, emergency)}/outcome", {"outcome": "serious"}).status == 404
    assert Alert.objects.get().state == "open"
    assert not Event.objects.exists()


def test_what_is_no_open_question_is_refused_and_shown(alice: Person) -> None:
    now = timezone.now()
    numb = saddle_numbness(now.date())
    write(alice, numb, *(entry(now.date() - timedelta(days=day), night_pain=5) for day in range(8)), now=now)
    delete(alice, numb, now=now)
    screen_diary(patient_id=alice.patient_id, now=now)
    states = set()
    for alert in alice.get("patients/me/alerts").body["items"]:
        answer = alice.post(f"patients/me/alerts/{alert['id']}/outcome", {"outcome": "serious"})
        assert (answer.status, answer.body["current"]) == (409, alert)
        states.add((alert["tier"], alert["state"]))
    assert states == {("watch", "open"), ("emergency", "withdrawn")}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/outcome"}),
        ({"outcome": "fine"}, {"/outcome"}),
        ({"outcome": None}, {"/outcome"}),
        ({"outcome": "serious", "note": "x"}, {"/note"}),
        ([], {""}),
    ],
)
def test_an_outcome_is_one_of_four_words(alice: Person, emergency: str, body: Any, pointers: set[str]) -> None:
    answer = alice.post(f"{emergency}/outcome", body)
    assert (answer.status, answer.pointers) == (400, pointers)
    assert Alert.objects.get().state == "open"


def test_strangers_and_the_missing_get_the_same_answer(alice: Person, charlie: Person, emergency: str) -> None:
    for action, body in (("outcome", {"outcome": "serious"}), ("snooze", {"until": ahead(days=1)})):
        refused = charlie.post(f"{hers(alice, emergency)}/{action}", body)
        missing = alice.post(f"patients/me/alerts/{uuid4()}/{action}", body)
        assert (refused.status, refused.body) == (missing.status, missing.body)
        assert refused.status == 404
        assert charlie.post(f"{emergency}/{action}", body).status == 404
        assert send("POST", f"{emergency}/{action}", body).status == 401
    assert not Snooze.objects.exists()


# Snoozing


def test_a_snooze_is_shown_to_the_one_who_snoozes(alice: Person, bob: Person, visit: str) -> None:
    bob.cares_for(alice, "alerts")
    until = timezone.now() + timedelta(days=3)
    answer = bob.post(f"{hers(alice, visit)}/snooze", {"until": until.isoformat()})
    assert answer.status == 200
    assert answer.body["snoozed_until"] == until.isoformat().replace("+00:00", "Z")
    assert alice.get(visit).body["snoozed_until"] is None


def test_another_snooze_replaces_the_earlier_one(alice: Person, visit: str) -> None:
    alice.post(f"{visit}/snooze", {"until": ahead(days=3)})
    alice.post(f"{visit}/snooze", {"until": ahead(days=1)})
    assert Snooze.objects.get().until < timezone.now() + timedelta(days=2)


@pytest.mark.parametrize("tier", ["emergency", "urgent"])
def test_what_cannot_wait_cannot_be_snoozed(alice: Person, emergency: str, tier: str) -> None:
    Alert.objects.update(tier=tier)
    answer = alice.post(f"{emergency}/snooze", {"until": ahead(days=1)})
    assert (answer.status, answer.body["current"]) == (409, alice.get(emergency).body)
    assert Delivery.objects.get().next_attempt_at <= timezone.now()  # type: ignore[operator]
    assert not Snooze.objects.exists()


@pytest.mark.parametrize(
    "until",
    [
        "2020-01-01T00:00:00Z",
        "2999-01-01T00:00:00Z",
        "2026-12-01T00:00:00",
        "2026-12-01",
        "tomorrow",
        None,
        5,
    ],
)
def test_it_ends_ahead_within_a_month_at_a_clear_instant(alice: Person, visit: str, until: Any) -> None:
    answer = alice.post(f"{visit}/snooze", {"until": until})
    assert (answer.status, answer.pointers) == (400, {"/until"})
    assert not Snooze.objects.exists()


def test_a_month_is_not_too_long_and_more_is(alice: Person, visit: str) -> None:
    assert alice.post(f"{visit}/snooze", {"until": ahead(days=29.9)}).status == 200
    assert alice.post(f"{visit}/snooze", {"until": ahead(days=30.1)}).status == 400


def test_a_caregivers_snooze_silences_neither_the_patient_nor_another_caregiver(
    alice: Person, bob: Person, charlie: Person, visit: str, mailbox: MailReceiver
) -> None:
    bob.cares_for(alice, "alerts")
    charlie.cares_for(alice, "alerts")
    Delivery.objects.all().delete()
    write(alice, saddle_numbness(timezone.now().date() - timedelta(days=20)), now=timezone.now())
    screen_diary(patient_id=alice.patient_id, now=timezone.now())
    alert = Alert.objects.get(rule="cauda_equina")
    assert alert.tier == "see_doctor"
    bob.post(f"patients/{alice.patient_id}/alerts/{alert.pk}/snooze", {"until": ahead(days=2)})
    now = timezone.now() + timedelta(minutes=1)
    for delivery_id in list(due_deliveries(now=now).values_list("pk", flat=True)):
        deliver(delivery_id=delivery_id, now=now)
    assert sorted(mail.recipients for mail in mailbox.received) == [(alice.email,), (charlie.email,)]


def test_what_is_owed_moves_with_the_snooze_and_comes_out_once_at_its_end(
    alice: Person, visit: str, mailbox: MailReceiver
) -> None:
    alice.post(f"{visit}/snooze", {"until": ahead(days=5)})
    alice.post(f"{visit}/snooze", {"until": ahead(days=2)})
    assert Delivery.objects.get().next_attempt_at == Snooze.objects.get().until
    for hours in range(0, 24 * 7, 8):
        now = timezone.now() + timedelta(hours=hours)
        for delivery_id in list(due_deliveries(now=now).values_list("pk", flat=True)):
            deliver(delivery_id=delivery_id, now=now)
    assert len(mailbox.received) == 1
    assert Delivery.objects.get().sent_at >= Snooze.objects.get().until  # type: ignore[operator]


def test_a_retry_that_is_later_than_the_snooze_stays_where_it_is(alice: Person, visit: str) -> None:
    later = timezone.now() + timedelta(days=1)
    Delivery.objects.update(next_attempt_at=later)
    alice.post(f"{visit}/snooze", {"until": ahead(hours=1)})
    assert Delivery.objects.get().next_attempt_at == later


# What is planned


def test_everyone_sees_what_was_planned_and_who_ended_it(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "alerts")
    write(alice, saddle_numbness(timezone.now().date()), now=timezone.now())
    alert = Alert.objects.get()
    path = f"patients/{alice.patient_id}/alerts/{alert.pk}"
    shown = bob.get(path).body
    both = [{"id": str(alice.id), "name": "Alice"}, {"id": str(bob.id), "name": "Bob"}]
    assert [(step["step"], step["to"]) for step in shown["escalation"]] == [
        ("told", both),
        ("escalated", both),
        ("escalated", both),
        ("reminder", None),
    ]
    assert shown["next_step_at"] == shown["escalation"][1]["due_at"]
    acknowledge(patient_id=alice.patient_id, alert_id=alert.pk, actor_id=alice.id, now=timezone.now())
    seen = bob.get(path).body
    assert seen["acknowledged_by"]["name"] == "Alice"
    assert all(step["dropped_at"] for step in seen["escalation"][1:4])
    asked = [(step["step"], step["to"]) for step in seen["escalation"][4:]]
    assert asked == [("question", both[:1]), ("reopened", None)]
    assert seen["next_step_at"] == seen["escalation"][4]["due_at"]
    assert str(place.pk) not in str(seen)
