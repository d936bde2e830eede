"""Who joins a circle while something urgent is open hears of it at once, and of nothing that someone has in hand."""

from datetime import datetime

import pytest

from alerts.auditing import audit
from alerts.models import Alert, Delivery
from tests.alerts.danger.story import DAY, HOUR, MINUTE, act, alert_of, at, heard, notes, passes, says, takes_on
from tests.alerts.diaries import NOON
from tests.cast import Answer, Person
from tests.diary.circle import invite

LATER = NOON + 5 * MINUTE


def joins(guest: Person, owner: Person, *, now: datetime) -> Answer:
    """Invited and accepted at once."""
    with at(now):
        code = invite(owner, guest, "alerts")
        answer = guest.post("invitations/accept", {"token": code})
    assert answer.status == 200
    return answer


def test_an_open_emergency_is_told_at_once_and_is_in_the_answer(alice: Person, bob: Person) -> None:
    (raised,) = notes(alice, "saddle_numbness")
    passes(NOON)
    joined = joins(bob, alice, now=LATER).body
    assert [(one["id"], one["tier"], one["state"]) for one in joined["alerts"]] == [
        (raised["alert"], "emergency", "open")
    ]
    assert "Alice" in joined["alerts"][0]["advice"]
    assert joined["alerts"][0]["evidence"] is None  # as far as the level `alerts` sees
    passes(LATER)
    assert (heard(bob), heard(alice)) == (["raised"], ["raised"])


def test_who_accepts_twice_reads_it_twice_and_is_told_once(alice: Person, bob: Person) -> None:
    notes(alice, "saddle_numbness")
    passes(NOON)
    with at(LATER):
        code = invite(alice, bob, "alerts")
        first, again = (bob.post("invitations/accept", {"token": code}) for _ in range(2))
    assert (again.status, again.body) == (200, first.body)
    passes(NOON + HOUR)
    assert heard(bob) == ["raised", "escalated", "escalated"]


def test_the_newcomer_is_in_the_rounds_to_come(alice: Person, bob: Person) -> None:
    notes(alice, "saddle_numbness")
    passes(NOON + 15 * MINUTE)
    joins(bob, alice, now=NOON + 20 * MINUTE)
    passes(NOON + HOUR)
    assert heard(bob) == ["raised", "escalated"]
    assert heard(alice) == ["raised", "escalated", "escalated"]
    passes(NOON + 14 * DAY)
    assert [heard(one)[-1] for one in (alice, bob)] == ["reminder"] * 2


def test_what_is_urgent_too_and_all_of_it_in_one_message(alice: Person, bob: Person) -> None:
    notes(alice, "coughing_blood", "saddle_numbness", "unsteady_walking")
    passes(NOON)
    joined = joins(bob, alice, now=LATER).body
    assert [one["tier"] for one in joined["alerts"]] == ["emergency", "urgent", "urgent"]
    passes(LATER)
    assert heard(bob) == ["raised"]
    assert Delivery.objects.filter(recipient=bob.user, state="sent").count() == 3


def test_even_when_the_rounds_are_over(alice: Person, bob: Person) -> None:
    notes(alice, "saddle_numbness")
    passes(NOON + DAY)
    assert len(joins(bob, alice, now=NOON + DAY).body["alerts"]) == 1
    passes(NOON + DAY)
    assert heard(bob) == ["raised"]


@pytest.mark.parametrize("what", ["acknowledge", "seen", "serious"])
def test_what_somebody_has_in_hand_is_not_told(alice: Person, bob: Person, what: str) -> None:
    notes(alice, "saddle_numbness")
    passes(NOON)
    if what == "acknowledge":
        takes_on(alice, alert_of(), now=NOON + MINUTE)
    else:
        says(alice, alert_of(), what, now=NOON + MINUTE)
    assert joins(bob, alice, now=LATER).body["alerts"] == []
    passes(NOON + 2 * HOUR)
    assert heard(bob) == []


def test_but_they_hear_when_it_opens_again(alice: Person, bob: Person) -> None:
    notes(alice, "saddle_numbness")
    passes(NOON)
    takes_on(alice, alert_of(), now=NOON + MINUTE)
    joins(bob, alice, now=LATER)
    passes(NOON + 4 * HOUR)  # no one answers whether she was seen
    assert heard(bob) == ["again", "escalated", "escalated"]


def test_a_visit_to_book_waits_for_its_reminder(alice: Person, bob: Person) -> None:
    notes(alice, "saddle_numbness", on=NOON.date() - 30 * DAY)
    passes(NOON)
    assert joins(bob, alice, now=LATER).body["alerts"] == []
    passes(LATER)
    assert heard(bob) == []
    passes(NOON + 14 * DAY)
    assert heard(bob) == ["reminder"]


def test_a_diary_without_alerts_has_nothing_to_tell(alice: Person, bob: Person) -> None:
    assert joins(bob, alice, now=NOON).body["alerts"] == []
    assert not Delivery.objects.exists()


def test_who_comes_back_is_told_anew(alice: Person, bob: Person) -> None:
    notes(alice, "saddle_numbness")
    passes(NOON)
    place = joins(bob, alice, now=LATER).body["caregiver"]
    passes(LATER)
    with at(LATER + MINUTE):
        assert alice.delete(f"patients/me/caregivers/{place}").status == 204
    passes(NOON + 20 * MINUTE)
    assert heard(bob) == ["raised"]
    assert len(joins(bob, alice, now=NOON + 25 * MINUTE).body["alerts"]) == 1
    passes(NOON + 30 * MINUTE)
    assert heard(bob) == ["raised", "raised", "escalated"]
    takes_on(alice, alert_of(), now=NOON + 31 * MINUTE)
    passes(NOON + 31 * MINUTE)
    assert heard(bob)[-1] == "acknowledged"


def test_nobody_else_hears_that_they_came_and_the_auditor_finds_nothing(alice: Person, bob: Person) -> None:
    notes(alice, "saddle_numbness")
    passes(NOON)
    joins(bob, alice, now=LATER)
    passes(LATER)
    assert heard(alice) == ["raised"]
    assert {one.check.name for one in audit(now=LATER, mend=False) if one.found} <= {"unscreened"}


def test_they_may_take_it_on_from_that_very_answer(alice: Person, bob: Person) -> None:
    notes(alice, "saddle_numbness")
    passes(NOON)
    (shown,) = joins(bob, alice, now=LATER).body["alerts"]
    assert act(bob, Alert.objects.get(pk=shown["id"]), "acknowledge", now=LATER).status == 200
    passes(LATER)
    assert (heard(alice), heard(bob)) == (["raised", "acknowledged"], [])
