""" "Were you seen?": acknowledged is not seen by a doctor, and what no one answers for opens again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from threading import Barrier

import pytest
from django.db import connections

from alerts.acting.due_steps import due_steps, take_due_steps
from alerts.models import Alert, Delivery
from alerts.screening.diary import screen_diary
from tests.alerts.danger.story import (
    DAY,
    HOUR,
    MINUTE,
    act,
    alert_of,
    at,
    beat,
    heard,
    notes,
    passes,
    says,
    state_of,
    takes_on,
)
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, write
from tests.cast import Person

SIGNS = {"cauda_equina": "saddle_numbness", "coughing_blood": "coughing_blood"}


def taken_on(alice: Person, bob: Person, charlie: Person, *, rule: str = "cauda_equina", by: Person) -> Alert:
    """Everyone was told at noon, and one of them took it on at once."""
    for person in (bob, charlie):
        person.cares_for(alice, "alerts", now=NOON - DAY)
    if rule in SIGNS:
        notes(alice, SIGNS[rule])
    else:
        write(alice, *nights_that_no_tablet_helped())
        screen_diary(patient_id=alice.patient_id, now=NOON)
    passes(NOON)
    alert = alert_of(rule)
    takes_on(by, alert, now=NOON)
    passes(NOON)
    return alert


def since_noon(*people: Person) -> list[list[str]]:
    return [heard(person, since=NOON + timedelta(seconds=1)) for person in people]


def test_an_emergency_is_asked_about_after_an_hour(alice: Person, bob: Person, charlie: Person) -> None:
    """The patient is asked, and who took it on."""
    taken_on(alice, bob, charlie, by=bob)
    passes(NOON + HOUR - MINUTE)
    assert since_noon(alice, bob, charlie) == [[], [], []]
    passes(NOON + HOUR)
    assert since_noon(alice, bob, charlie) == [["question"], ["question"], []]


def test_the_patient_who_took_it_on_is_asked_alone_and_once(alice: Person, bob: Person, charlie: Person) -> None:
    taken_on(alice, bob, charlie, by=alice)
    passes(NOON + 2 * HOUR)
    assert since_noon(alice, bob, charlie) == [["question"], [], []]


def test_unanswered_after_three_hours_it_opens_again_for_everyone(alice: Person, bob: Person, charlie: Person) -> None:
    alert = taken_on(alice, bob, charlie, by=bob)
    passes(NOON + 3 * HOUR - MINUTE)
    assert state_of(alert) == "acknowledged"
    passes(NOON + 3 * HOUR)
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by) == ("open", None)
    assert [heard(person)[-1] for person in (alice, bob, charlie)] == ["again"] * 3
    passes(NOON + 4 * HOUR)
    assert [heard(person, since=NOON + 3 * HOUR) for person in (alice, bob, charlie)] == [
        ["again", "escalated", "escalated"]
    ] * 3
    with at(NOON + 4 * HOUR):
        shown = alice.get(f"patients/me/alerts/{alert.pk}").body
    assert [(one["did"], one["who"]) for one in shown["responses"]][-1] == ("reopened", None)


def test_taken_on_again_it_is_asked_about_again(alice: Person, bob: Person, charlie: Person) -> None:
    alert = taken_on(alice, bob, charlie, by=bob)
    passes(NOON + 3 * HOUR)
    takes_on(charlie, alert, now=NOON + 3 * HOUR + MINUTE)
    passes(NOON + 7 * HOUR)
    since = NOON + 3 * HOUR + 2 * MINUTE
    assert [heard(person, since=since) for person in (alice, bob, charlie)] == [
        ["question", "again", "escalated", "escalated"],
        ["again", "escalated", "escalated"],
        ["question", "again", "escalated", "escalated"],
    ]


@pytest.mark.parametrize("answer", ["seen", "not_serious", "being_investigated", "serious", "did_not_go"])
def test_an_answer_ends_the_questions(alice: Person, bob: Person, charlie: Person, answer: str) -> None:
    alert = taken_on(alice, bob, charlie, by=bob)
    passes(NOON + HOUR)
    says(alice, alert, answer, now=NOON + HOUR + MINUTE)
    passes(NOON + 13 * DAY)
    assert state_of(alert) == "closed"
    assert since_noon(alice, bob, charlie) == [["question"], ["question"], []]


def test_not_yet_opens_it_again_at_once(alice: Person, bob: Person, charlie: Person) -> None:
    alert = taken_on(alice, bob, charlie, by=bob)
    passes(NOON + HOUR)
    says(alice, alert, "not_yet", now=NOON + 90 * MINUTE)
    passes(NOON + 90 * MINUTE)
    assert state_of(alert) == "open"
    assert [heard(person)[-1] for person in (alice, bob, charlie)] == ["again"] * 3
    passes(NOON + 13 * DAY)
    assert [heard(person).count("escalated") for person in (alice, bob, charlie)] == [2] * 3


@pytest.mark.parametrize(("answer", "status"), [("seen", 200), ("not_yet", 200), ("serious", 404), ("did_not_go", 404)])
def test_below_the_level_that_writes_only_seen_and_not_yet_may_be_said(
    alice: Person, bob: Person, charlie: Person, answer: str, status: int
) -> None:
    alert = taken_on(alice, bob, charlie, by=bob)
    assert act(charlie, alert, "outcome", now=NOON + HOUR, outcome=answer).status == status
    with at(NOON + HOUR):
        assert alice.get("patients/me/events").body["items"] == []


def test_what_is_urgent_is_asked_about_after_a_day_and_opens_after_two(
    alice: Person, bob: Person, charlie: Person
) -> None:
    alert = taken_on(alice, bob, charlie, rule="coughing_blood", by=bob)
    passes(NOON + 24 * HOUR - MINUTE)
    assert since_noon(alice, bob, charlie) == [[], [], []]
    passes(NOON + 24 * HOUR)
    assert since_noon(alice, bob, charlie) == [["question"], ["question"], []]
    passes(NOON + 48 * HOUR)
    assert (state_of(alert), heard(charlie)[-1]) == ("open", "again")


def test_a_visit_is_asked_about_after_two_weeks_and_once_more_with_the_circle(
    alice: Person, bob: Person, charlie: Person
) -> None:
    rule = "night_rest_not_responding"
    alert = taken_on(alice, bob, charlie, rule=rule, by=bob)
    passes(NOON + 14 * DAY)
    assert since_noon(alice, bob, charlie) == [["question"], ["question"], []]
    passes(NOON + 21 * DAY)
    assert since_noon(alice, bob, charlie) == [["question"] * 2, ["question"] * 2, ["question"]]
    passes(NOON + 60 * DAY)
    assert state_of(alert) == "acknowledged"
    assert since_noon(alice, bob, charlie) == [["question"] * 2, ["question"] * 2, ["question"]]


@pytest.mark.parametrize(
    ("rule", "asked_after", "waits"),
    [
        ("cauda_equina", HOUR, False),
        ("coughing_blood", 24 * HOUR, True),
        ("night_rest_not_responding", 14 * DAY, True),
    ],
)
def test_only_the_question_about_an_emergency_breaks_quiet_hours(
    alice: Person, bob: Person, charlie: Person, rule: str, asked_after: timedelta, waits: bool
) -> None:
    taken_on(alice, bob, charlie, rule=rule, by=bob)
    with at(NOON):
        assert bob.patch("preferences", {"quiet_hours": {"start": "11:00", "end": "14:30"}}).status == 200
    passes(NOON + asked_after)
    assert since_noon(alice, bob) == [["question"], [] if waits else ["question"]]
    passes(datetime.combine((NOON + asked_after).date(), time(14, 30), tzinfo=NOON.tzinfo))
    assert since_noon(bob) == [["question"]]


def test_a_question_that_quiet_hours_hold_is_not_asked_once_it_is_answered(
    alice: Person, bob: Person, charlie: Person
) -> None:
    alert = taken_on(alice, bob, charlie, rule="coughing_blood", by=bob)
    with at(NOON):
        bob.patch("preferences", {"quiet_hours": {"start": "11:00", "end": "15:30"}})
    passes(NOON + 24 * HOUR)
    says(alice, alert, "seen", now=NOON + 25 * HOUR)
    passes(NOON + 3 * DAY)
    assert since_noon(bob) == [[]]


# Two beats, and a service that was away


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("due", "last"), [(HOUR, "question"), (3 * HOUR, "again")])
def test_two_beats_at_once_do_it_once(alice: Person, bob: Person, charlie: Person, due: timedelta, last: str) -> None:
    alert = taken_on(alice, bob, charlie, by=bob)
    passes(NOON + due - MINUTE)
    together = Barrier(2)

    def one_beat() -> None:
        together.wait(10)
        try:
            take_due_steps(patient_id=alice.patient_id, now=NOON + due)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(one_beat) for _ in range(2)]:
            done.result()
    deliver_all(NOON + due)
    assert [heard(person).count(last) for person in (alice, bob)] == [1, 1]
    assert alert.responses.filter(word="reopened").count() == (last == "again")
    assert alert.steps.filter(step="told").count() == 1 + (last == "again")


def test_after_five_hours_away_it_asks_first_and_opens_two_hours_later(
    alice: Person, bob: Person, charlie: Person
) -> None:
    """No one could answer what was never asked."""
    alert = taken_on(alice, bob, charlie, by=bob)
    back = NOON + 5 * HOUR
    for _ in range(3):
        beat(back)
    assert state_of(alert) == "acknowledged"
    assert since_noon(alice, bob, charlie) == [["question"], ["question"], []]
    assert due_steps(now=NOON + DAY).get().due_at == back + 2 * HOUR
    passes(back + 2 * HOUR)
    assert state_of(alert) == "open"
    assert since_noon(charlie) == [["again"]]


def test_an_answer_that_came_while_it_was_away_counts(alice: Person, bob: Person, charlie: Person) -> None:
    alert = taken_on(alice, bob, charlie, by=bob)
    says(bob, alert, "seen", now=NOON + 4 * HOUR)  # the API was there, beat was not
    passes(NOON + DAY)
    assert since_noon(alice, bob, charlie) == [[], [], []]
    assert state_of(alert) == "closed"


def test_what_opens_again_together_is_one_message(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    notes(alice, "saddle_numbness", "collapse")
    passes(NOON)
    for alert in Alert.objects.all():
        takes_on(bob, alert, now=NOON + MINUTE)
    passes(NOON + 2 * HOUR)
    assert since_noon(alice, bob) == [["acknowledged", "acknowledged", "question"], ["question"]]
    passes(NOON + 3 * HOUR + MINUTE)
    assert [one[-1] for one in since_noon(alice, bob)] == ["again", "again"]
    assert [one.count("again") for one in since_noon(alice, bob)] == [1, 1]
    assert set(Alert.objects.values_list("state", flat=True)) == {"open"}


def test_who_took_it_on_and_left_since_is_not_asked_and_the_patient_is(
    alice: Person, bob: Person, charlie: Person
) -> None:
    taken_on(alice, bob, charlie, by=bob)
    with at(NOON + MINUTE):
        (place,) = [one for one in alice.get("patients/me/caregivers").body["items"] if one["email"] == bob.email]
        alice.delete(f"patients/me/caregivers/{place['id']}")
    passes(NOON + HOUR)
    assert since_noon(alice, bob) == [["question"], []]
    assert Delivery.objects.filter(recipient=bob.user, step="question").get().last_error == "no consent"


def test_the_questions_are_shown_before_they_are_asked(alice: Person, bob: Person, charlie: Person) -> None:
    alert = taken_on(alice, bob, charlie, by=bob)
    with at(NOON):
        shown = charlie.get(f"patients/{alice.patient_id}/alerts/{alert.pk}").body
    steps = [(one["step"], one["due_at"]) for one in shown["escalation"] if not one["dropped_at"]]
    assert steps == [
        ("told", "2026-06-30T12:00:00Z"),
        ("question", "2026-06-30T13:00:00Z"),
        ("reopened", "2026-06-30T15:00:00Z"),
    ]
    assert shown["next_step_at"] == "2026-06-30T13:00:00Z"
