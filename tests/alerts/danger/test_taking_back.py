"""A tap by mistake is undone within ten minutes by the one who tapped; later "not yet" does it."""

from datetime import timedelta

import pytest

from alerts.models import Alert, EscalationStep
from tests.alerts.danger.story import DAY, HOUR, MINUTE, act, alert_of, heard, notes, passes, says, state_of, takes_on
from tests.alerts.diaries import NOON
from tests.cast import Person

TAPPED = NOON + 2 * MINUTE


@pytest.fixture
def taken_on(alice: Person, bob: Person, charlie: Person) -> Alert:
    """Everyone was told of an emergency at noon, and Bob has taken it on."""
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    charlie.cares_for(alice, "alerts", now=NOON - DAY)
    notes(alice, "saddle_numbness")
    passes(NOON)
    takes_on(bob, alert_of(), now=TAPPED)
    passes(TAPPED)
    return alert_of()


@pytest.mark.parametrize("after", [timedelta(0), 5 * MINUTE, 10 * MINUTE])
def test_within_ten_minutes_it_opens_again_and_everyone_is_told(
    alice: Person, bob: Person, charlie: Person, taken_on: Alert, after: timedelta
) -> None:
    answer = act(bob, taken_on, "acknowledge", now=TAPPED + after, method="DELETE")
    assert (answer.status, answer.body["state"], answer.body["acknowledged_by"]) == (200, "open", None)
    assert [one["did"] for one in answer.body["responses"]] == ["acknowledged", "taken_back"]
    passes(TAPPED + after)
    assert [heard(person)[-1] for person in (alice, bob, charlie)] == ["taken_back"] * 3
    rounds = EscalationStep.objects.filter(step="escalated", taken_at=None, dropped_at=None).order_by("due_at")
    assert [step.due_at for step in rounds] == [TAPPED + after + 15 * MINUTE, TAPPED + after + 30 * MINUTE]


def test_the_questions_of_the_acknowledgement_are_over(bob: Person, taken_on: Alert) -> None:
    act(bob, taken_on, "acknowledge", now=TAPPED + MINUTE, method="DELETE")
    passes(TAPPED + 5 * HOUR)
    assert "question" not in heard(bob)
    assert state_of(taken_on) == "open"


def test_after_ten_minutes_it_is_too_late_for_that_and_not_yet_does_it(
    alice: Person, bob: Person, taken_on: Alert
) -> None:
    late = TAPPED + 10 * MINUTE + timedelta(seconds=1)
    refused = act(bob, taken_on, "acknowledge", now=late, method="DELETE")
    assert (refused.status, refused.body["current"]["state"]) == (409, "acknowledged")
    says(bob, taken_on, "not_yet", now=late)
    passes(late)
    assert (state_of(taken_on), heard(alice)[-1]) == ("open", "again")


def test_only_who_took_it_on_takes_it_back(alice: Person, charlie: Person, taken_on: Alert) -> None:
    for person in (alice, charlie):
        assert act(person, taken_on, "acknowledge", now=TAPPED + MINUTE, method="DELETE").status == 409
    assert state_of(taken_on) == "acknowledged"


def test_a_second_time_changes_nothing(bob: Person, taken_on: Alert) -> None:
    for minutes in (1, 2):
        answer = act(bob, taken_on, "acknowledge", now=TAPPED + minutes * MINUTE, method="DELETE")
        assert (answer.status, answer.body["state"]) == (200, "open")
    passes(TAPPED + 2 * MINUTE)
    assert heard(bob).count("taken_back") == 1


def test_what_was_closed_since_stays_closed(bob: Person, alice: Person, taken_on: Alert) -> None:
    says(alice, taken_on, "seen", now=TAPPED + MINUTE)
    assert act(bob, taken_on, "acknowledge", now=TAPPED + 2 * MINUTE, method="DELETE").status == 409
    assert state_of(taken_on) == "closed"


def test_what_news_opened_again_is_not_theirs_any_more(alice: Person, bob: Person, taken_on: Alert) -> None:
    notes(alice, "both_legs_weak", now=TAPPED + MINUTE)
    answer = act(bob, taken_on, "acknowledge", now=TAPPED + 2 * MINUTE, method="DELETE")
    assert (answer.status, answer.body["state"]) == (200, "open")
    passes(TAPPED + 2 * MINUTE)
    assert "taken_back" not in heard(alice)


def test_while_another_alert_of_the_rule_is_open_that_one_is_told_again(
    alice: Person, bob: Person, charlie: Person
) -> None:
    """Two episodes at once: the older one was noted late."""
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    notes(alice, "saddle_numbness", on=NOON.date() - 14 * DAY)
    passes(NOON)
    older = alert_of()
    takes_on(bob, older, now=TAPPED)
    notes(alice, "saddle_numbness", now=TAPPED + MINUTE, on=NOON.date() + DAY)
    passes(TAPPED + MINUTE)
    assert Alert.objects.filter(state="open").exclude(pk=older.pk).count() == 1
    assert act(bob, older, "acknowledge", now=TAPPED + 2 * MINUTE, method="DELETE").status == 200
    assert Alert.objects.filter(state="open").count() == 1
    passes(TAPPED + 2 * MINUTE)
    assert heard(alice)[-1] == "taken_back"


def test_what_was_owed_when_it_was_taken_back_is_not_said_twice(alice: Person, bob: Person) -> None:
    """The service was busy: neither "Bob is helping" nor the first message had gone out."""
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    notes(alice, "saddle_numbness")
    takes_on(bob, alert_of(), now=NOON + MINUTE)
    act(bob, alert_of(), "acknowledge", now=NOON + 2 * MINUTE, method="DELETE")
    passes(NOON + 2 * MINUTE)
    assert [heard(person) for person in (alice, bob)] == [["taken_back"]] * 2
