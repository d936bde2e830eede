""" "I've read this" ends the reader's own repeats, and no one else's; it takes nothing on."""

from datetime import datetime

import pytest

from alerts.auditing import audit
from alerts.models import Alert, Delivery
from alerts.screening.diary import screen_diary
from tests.alerts.danger.story import (
    DAY,
    HOUR,
    MINUTE,
    act,
    alert_of,
    at,
    heard,
    messages,
    notes,
    passes,
    state_of,
    takes_on,
)
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, write
from tests.cast import Person


@pytest.fixture
def circle(alice: Person, bob: Person, charlie: Person) -> list[Person]:
    """Everyone who hears of Alice's alerts."""
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    charlie.cares_for(alice, "alerts", now=NOON - DAY)
    return [alice, bob, charlie]


@pytest.fixture
def told(alice: Person, circle: list[Person]) -> Alert:
    """An emergency, told at noon."""
    notes(alice, "saddle_numbness")
    passes(NOON)
    return alert_of()


def reads(person: Person, alert: Alert, *, now: datetime, **body: str) -> int:
    return act(person, alert, "receipt", now=now, status="read", **body).status


def test_who_has_read_it_hears_no_further_rounds_and_the_others_do(
    alice: Person, bob: Person, charlie: Person, told: Alert
) -> None:
    assert reads(bob, told, now=NOON + MINUTE) == 204
    passes(NOON + HOUR)
    assert [heard(person) for person in (alice, bob, charlie)] == [
        ["raised", "escalated", "escalated"],
        ["raised"],
        ["raised", "escalated", "escalated"],
    ]
    assert state_of(told) == "open"


def test_when_all_have_read_it_and_nobody_took_it_on_the_next_round_goes_to_all(
    circle: list[Person], told: Alert
) -> None:
    for minutes, person in enumerate(circle):
        reads(person, told, now=NOON + minutes * MINUTE)
    passes(NOON + 15 * MINUTE)
    assert [heard(person) for person in circle] == [["raised", "escalated"]] * 3


def test_everybody_sees_who_has_read_it(alice: Person, bob: Person, charlie: Person, told: Alert) -> None:
    for _ in range(2):
        reads(bob, told, now=NOON + MINUTE)
    with at(NOON + MINUTE):
        shown = charlie.get(f"patients/{alice.patient_id}/alerts/{told.pk}").body
    assert [(one["who"]["name"], one["did"]) for one in shown["responses"]] == [("Bob", "read")]
    assert shown["state"] == "open"


def test_what_was_owed_to_the_reader_is_not_sent(alice: Person, bob: Person, circle: list[Person]) -> None:
    notes(alice, "saddle_numbness")
    reads(bob, alert_of(), now=NOON)
    passes(NOON)
    assert (heard(alice), heard(bob)) == (["raised"], [])


def test_with_the_message_that_led_there_it_was_opened_as_well(bob: Person, told: Alert) -> None:
    (message,) = messages(bob)
    assert reads(bob, told, now=NOON + MINUTE, delivery=str(message)) == 204
    assert Delivery.objects.get(recipient=bob.user).opened_at == NOON + MINUTE


def test_a_stranger_reads_nothing(alice: Person, told: Alert) -> None:
    dana = Person("Dana")
    assert reads(dana, told, now=NOON) == 404
    assert not told.responses.exists()


def test_the_reader_still_hears_that_somebody_took_it_on(alice: Person, bob: Person, told: Alert) -> None:
    reads(bob, told, now=NOON + MINUTE)
    takes_on(alice, told, now=NOON + 2 * MINUTE)
    passes(NOON + 2 * MINUTE)
    assert heard(bob) == ["raised", "acknowledged"]


def test_the_reader_hears_of_a_withdrawal(alice: Person, bob: Person, told: Alert) -> None:
    reads(bob, told, now=NOON + MINUTE)
    with at(NOON + 2 * MINUTE):
        (entry,) = alice.get("patients/me/entries").body["items"]
        alice.delete(f"patients/me/entries/{entry['id']}")
    screen_diary(patient_id=alice.patient_id, now=NOON + 2 * MINUTE)
    passes(NOON + 2 * MINUTE)
    assert heard(bob) == ["raised", "withdrawn"]


# News is no repeat


def test_another_sign_in_the_next_round_reaches_who_has_read_the_first(
    alice: Person, bob: Person, circle: list[Person], told: Alert
) -> None:
    reads(bob, told, now=NOON + MINUTE)
    notes(alice, "both_legs_weak", now=NOON + 5 * MINUTE)
    passes(NOON + 15 * MINUTE)
    assert [heard(person) for person in circle] == [["raised", "escalated"]] * 3


def test_after_news_the_reader_is_in_its_rounds_until_they_read_that(
    alice: Person, bob: Person, circle: list[Person], told: Alert
) -> None:
    reads(bob, told, now=NOON + MINUTE)
    passes(NOON + HOUR)
    notes(alice, "both_legs_weak", now=NOON + 2 * HOUR)
    passes(NOON + 2 * HOUR + 15 * MINUTE)
    assert heard(bob, since=NOON + 2 * HOUR) == ["again", "escalated"]
    reads(bob, told, now=NOON + 2 * HOUR + 16 * MINUTE)
    passes(NOON + 3 * HOUR)
    assert heard(bob, since=NOON + 2 * HOUR) == ["again", "escalated"]
    assert heard(alice, since=NOON + 2 * HOUR) == ["again", "escalated", "escalated"]


def test_what_was_read_before_it_was_taken_on_and_given_back_does_not_count(
    alice: Person, bob: Person, told: Alert
) -> None:
    reads(bob, told, now=NOON + MINUTE)
    takes_on(alice, told, now=NOON + 2 * MINUTE)
    act(alice, told, "acknowledge", now=NOON + 3 * MINUTE, method="DELETE")
    passes(NOON + 20 * MINUTE)
    assert heard(bob) == ["raised", "taken_back", "escalated"]


def test_a_day_of_the_same_urgent_sign_is_a_repeat(alice: Person, bob: Person, circle: list[Person]) -> None:
    notes(alice, "coughing_blood")
    passes(NOON)
    reads(bob, alert_of("coughing_blood"), now=NOON + MINUTE)
    notes(alice, "coughing_blood", now=NOON + HOUR, on=NOON.date() + DAY)
    passes(NOON + 2 * HOUR)
    assert (heard(bob), heard(alice)) == (["raised"], ["raised", "escalated"])


# The auditor, and what can wait


def test_the_auditor_takes_no_reader_for_forgotten(bob: Person, told: Alert) -> None:
    reads(bob, told, now=NOON + MINUTE)
    passes(NOON + HOUR)
    assert "untold" not in {one.check.name for one in audit(now=NOON + HOUR, mend=False) if one.found}


def test_but_finds_who_was_forgotten_when_it_was_news(alice: Person, bob: Person, told: Alert) -> None:
    reads(bob, told, now=NOON + MINUTE)
    passes(NOON + HOUR)
    notes(alice, "both_legs_weak", now=NOON + 2 * HOUR)
    Delivery.objects.filter(recipient=bob.user, step="again").delete()
    found = {one.check.name: list(one.found) for one in audit(now=NOON + 2 * HOUR, mend=True)}
    assert found["untold"] == [told.pk]
    passes(NOON + 2 * HOUR)
    assert heard(bob, since=NOON + 2 * HOUR) == ["raised"]


def test_who_has_read_of_a_visit_to_book_is_not_reminded_and_the_others_are(
    alice: Person, bob: Person, circle: list[Person]
) -> None:
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    passes(NOON)
    reads(bob, alert_of("night_rest_not_responding"), now=NOON + DAY)
    passes(NOON + 14 * DAY)
    assert (heard(alice), heard(bob)) == (["raised", "reminder"], ["raised"])
