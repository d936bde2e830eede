"""Someone with a cancer history and painful nights, seen by a doctor: one alert an episode, and not one a night."""

from datetime import date, datetime
from typing import Any

import pytest

from alerts.models import Alert, Delivery
from alerts.screening.diary import screen_diary
from tests.alerts.danger.story import DAY, HOUR, MINUTE, alert_of, at, heard, notes, passes, says, takes_on
from tests.alerts.diaries import NOON
from tests.cast import Person

RULE = "cancer_history_spinal_pain"


@pytest.fixture
def survivor(alice: Person, bob: Person) -> Person:
    """Alice has had cancer; Bob hears of her alerts."""
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    with at(NOON - HOUR):
        assert alice.patch("patients/me/profile", {"cancer_history": True}).status == 200
    return alice


def night(person: Person, *, after: int, **answers: Any) -> list[dict[str, Any]]:
    """A painful night so many days after the first, screened, swept and sent; gives what the answer tells."""
    now = NOON + after * DAY
    raised = notes(person, now=now, **(answers or {"night_pain": 6}))
    screen_diary(patient_id=person.patient_id, now=now)
    passes(now)
    return raised


def seen_by_a_doctor(person: Person, *, outcome: str = "being_investigated", after: int = 0) -> Alert:
    alert = Alert.objects.get(rule=RULE, state="open")
    says(person, alert, outcome, now=NOON + after * DAY + 2 * HOUR)
    passes(NOON + after * DAY + 2 * HOUR)
    return alert


def pressing_messages() -> int:
    """Sent about what cannot wait."""
    return Delivery.objects.filter(state="sent", alert__rule=RULE).count()


@pytest.mark.parametrize("outcome", ["not_serious", "being_investigated", "serious"])
def test_the_next_painful_nights_send_nothing_for_weeks(survivor: Person, bob: Person, outcome: str) -> None:
    (first,) = night(survivor, after=0)
    assert (first["tier"], first["news"]) == ("urgent", True)
    alert = seen_by_a_doctor(survivor, outcome=outcome)
    before = pressing_messages()
    for after in range(1, 30):
        (raised,) = night(survivor, after=after)
        assert (raised["alert"], raised["state"], raised["news"]) == (str(alert.pk), "closed", False)
    assert pressing_messages() == before == 2
    assert Alert.objects.filter(rule=RULE).count() == 1


def test_nor_with_a_night_off_now_and_then(survivor: Person) -> None:
    night(survivor, after=0)
    seen_by_a_doctor(survivor)
    for after in range(7, 71, 7):
        night(survivor, after=after)
    assert pressing_messages() == 2


def test_after_15_nights_without_it_is_one_new_alert(survivor: Person, bob: Person) -> None:
    night(survivor, after=0)
    closed = seen_by_a_doctor(survivor)
    for after in range(1, 16):
        night(survivor, after=after, night_pain=1)
    before = pressing_messages()
    (raised,) = night(survivor, after=16)
    assert (raised["state"], raised["news"]) == ("open", True)
    assert Alert.objects.filter(rule=RULE).count() == 2
    assert raised["alert"] != str(closed.pk)
    assert pressing_messages() == before + 2
    assert [heard(person, since=NOON + 16 * DAY) for person in (survivor, bob)] == [["raised"]] * 2


def test_another_sign_is_told_although_the_doctor_knows_of_the_nights(survivor: Person, bob: Person) -> None:
    night(survivor, after=0)
    seen_by_a_doctor(survivor)
    night(survivor, after=1)
    (raised,) = night(survivor, after=2, night_pain=6, worse_on_straining=True)
    assert (raised["state"], raised["news"]) == ("open", True)
    assert [heard(person, since=NOON + 2 * DAY) for person in (survivor, bob)] == [["again"]] * 2


def test_while_nobody_has_acted_the_nights_after_the_rounds_send_nothing_either(survivor: Person, bob: Person) -> None:
    """What is urgent was said twice; a reminder comes after a fortnight."""
    for after in range(14):
        night(survivor, after=after)
    assert [heard(person) for person in (survivor, bob)] == [["raised", "escalated"]] * 2
    passes(NOON + 14 * DAY)
    assert heard(bob)[-1] == "reminder"


def test_taken_on_and_seen_the_nights_after_are_asked_about_once(survivor: Person, bob: Person) -> None:
    night(survivor, after=0)
    takes_on(bob, alert_of(RULE), now=NOON + MINUTE)
    night(survivor, after=1)
    passes(NOON + DAY + HOUR)
    says(bob, alert_of(RULE), "seen", now=NOON + DAY + HOUR)
    for after in range(2, 10):
        night(survivor, after=after)
    assert heard(survivor) == ["raised", "acknowledged", "question"]
    assert heard(bob) == ["raised", "question"]


def wheelchair(person: Person, *, on: date, now: datetime) -> list[dict[str, Any]]:
    return notes(person, "unable_to_walk", now=now, on=on)


def test_somebody_in_a_wheelchair_sets_off_one_alert_an_episode(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    wheelchair(alice, on=NOON.date(), now=NOON)
    passes(NOON)
    says(alice, alert_of(), "not_serious", now=NOON + HOUR)
    for after in range(1, 40):
        now = NOON + after * DAY
        (raised,) = wheelchair(alice, on=now.date(), now=now)
        passes(now)
        assert (raised["tier"], raised["news"]) == ("emergency", False)
    assert [heard(person) for person in (alice, bob)] == [["raised"]] * 2
