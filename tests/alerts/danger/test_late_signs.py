"""Signs of days ago: told as what they are, as a visit to book, or kept; and never after a doctor has looked since."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from alerts.models import Alert, Delivery
from alerts.screening.diary import screen_diary
from tests.alerts.danger.story import DAY, MINUTE, alert_of, an_entry, at, heard, notes, passes, put, says, takes_on
from tests.alerts.diaries import NOON
from tests.cast import Person

pytestmark = pytest.mark.usefixtures("mailbox")
TODAY = NOON.date()


def ago(days: int) -> date:
    return TODAY - days * DAY


def visits(person: Person, *, on: date, **fields: Any) -> None:
    """A doctor has looked at it."""
    event = {"id": str(uuid4()), "kind": "doctor_visit", "date": on.isoformat(), **fields}
    put(person, event, now=NOON, kind="events")


def kept(alert: Alert) -> bool:
    """It is on record, and no one was told."""
    return (alert.state, alert.opened_at) == ("closed", None) and not alert.deliveries.exists()


@pytest.mark.parametrize(
    ("days", "tier"),
    [(0, "emergency"), (1, "emergency"), (14, "emergency"), (15, "see_doctor"), (40, "see_doctor"), (90, "see_doctor")],
)
def test_up_to_90_days_old_it_is_told(alice: Person, days: int, tier: str) -> None:
    (raised,) = notes(alice, "saddle_numbness", on=ago(days))
    assert (raised["tier"], raised["state"], raised["news"]) == (tier, "open", True)
    assert ("If you still have this" in raised["advice"]) is (tier == "see_doctor")
    assert raised["call"] in raised["advice"]
    passes(NOON)
    assert (alert_of().tier, heard(alice)) == (tier, ["raised"])


@pytest.mark.parametrize("rule", ["saddle_numbness", "coughing_blood"])
@pytest.mark.parametrize("days", [91, 100, 1000])
def test_older_it_is_kept_shown_and_told_to_nobody(alice: Person, bob: Person, days: int, rule: str) -> None:
    bob.cares_for(alice, "alerts")
    (raised,) = notes(alice, rule, on=ago(days))
    assert (raised["state"], raised["news"], raised["stored"]) == ("closed", False, True)
    screen_diary(patient_id=alice.patient_id, now=NOON)
    passes(NOON + 30 * DAY)
    assert kept(Alert.objects.get())
    (listed,) = alice.get("patients/me/alerts").body["items"]
    assert (listed["id"], listed["state"], listed["met_on"]) == (raised["alert"], "closed", ago(days).isoformat())


def test_what_is_over_90_days_old_says_the_same_as_a_younger_one(alice: Person) -> None:
    """The advice never contradicts itself."""
    (older,) = notes(alice, "saddle_numbness", on=ago(100))
    (younger,) = notes(alice, "saddle_numbness", on=ago(40))
    assert (older["tier"], older["advice"]) == (younger["tier"], younger["advice"])
    assert older["advice"].startswith("If you still have this or it's worse, go to an emergency department now")


def imported(person: Person, *entries: dict[str, Any]) -> None:
    document = {"format": "symptom-diary/1", "patient": {}, "entries": list(entries), "treatments": [], "events": []}
    with at(NOON):
        assert person.post("patients/me/import", document).status == 200


@pytest.mark.parametrize("days", [0, 1, 14, 30, 100])
def test_what_is_imported_is_kept_however_fresh(alice: Person, days: int) -> None:
    imported(alice, an_entry("saddle_numbness", "coughing_blood", on=ago(days)))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    passes(NOON + 30 * DAY)
    assert [kept(alert) for alert in Alert.objects.all()] == [True, True]


@pytest.mark.parametrize("days", [1, 0])
def test_what_is_noted_after_an_import_is_told(alice: Person, days: int) -> None:
    """Also on the day of the import itself, on which no one was told."""
    imported(alice, an_entry("saddle_numbness", on=ago(days)))
    (raised,) = notes(alice, "saddle_numbness", now=NOON + MINUTE)
    passes(NOON + MINUTE)
    assert (raised["state"], raised["news"], heard(alice)) == ("open", True, ["raised"])


def test_an_import_sent_again_is_told_to_nobody(alice: Person) -> None:
    entry = an_entry("saddle_numbness", on=TODAY)
    imported(alice, entry)
    imported(alice, entry)
    passes(NOON)
    assert kept(alert_of())


def test_an_import_does_not_end_what_is_open(alice: Person) -> None:
    notes(alice, "saddle_numbness", on=ago(2))
    imported(alice, an_entry("saddle_numbness", on=ago(1)), an_entry("both_legs_weak", on=ago(0)))
    passes(NOON + 15 * MINUTE)
    assert (alert_of().state, heard(alice)) == ("open", ["raised", "escalated"])


# Once a doctor has looked


@pytest.mark.parametrize("days", [2, 10, 40])
def test_a_sign_from_before_the_latest_assessment_is_kept(alice: Person, days: int) -> None:
    visits(alice, on=ago(1))
    (raised,) = notes(alice, "saddle_numbness", on=ago(days))
    assert (raised["state"], raised["news"]) == ("closed", False)
    screen_diary(patient_id=alice.patient_id, now=NOON)
    passes(NOON)
    assert kept(alert_of())


@pytest.mark.parametrize(("visited", "about"), [(1, True), (1, None), (1, False), (5, True)])
def test_a_sign_from_its_day_on_is_told(alice: Person, visited: int, about: bool | None) -> None:
    """So is one from before a visit about something else."""
    fields = {} if about is None else {"about_this_pain": about}
    visits(alice, on=ago(visited), **fields)
    notes(alice, "saddle_numbness", on=ago(3 if about is False else 1))
    passes(NOON)
    assert heard(alice) == ["raised"]


def test_the_latest_assessment_counts_and_one_to_come_does_not(alice: Person) -> None:
    visits(alice, on=ago(10))
    visits(alice, on=TODAY + DAY)
    notes(alice, "saddle_numbness", on=ago(5))
    passes(NOON)
    assert heard(alice) == ["raised"]


def test_a_visit_that_is_noted_later_ends_nothing_that_was_told(alice: Person) -> None:
    """Only what someone says about the alert does."""
    notes(alice, "saddle_numbness", on=ago(3))
    passes(NOON)
    visits(alice, on=ago(1))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    passes(NOON + 15 * MINUTE)
    assert (alert_of().state, heard(alice)) == ("open", ["raised", "escalated"])


def test_what_a_mistaken_outcome_held_back_is_told_once_it_is_corrected(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    notes(alice, "coughing_blood")
    says(alice, alert_of("coughing_blood"), "not_serious", now=NOON)
    (raised,) = notes(alice, "saddle_numbness", on=ago(1), now=NOON + MINUTE)
    screen_diary(patient_id=alice.patient_id, now=NOON + MINUTE)
    assert (raised["state"], raised["news"]) == ("closed", False)
    says(alice, alert_of("coughing_blood"), "did_not_go", now=NOON + 2 * MINUTE)
    screen_diary(patient_id=alice.patient_id, now=NOON + 2 * MINUTE)
    passes(NOON + 2 * MINUTE)
    assert (alert_of().state, alert_of().tier) == ("open", "emergency")
    assert heard(bob) == ["raised"]


def test_nor_does_it_end_what_was_withdrawn_and_came_back_meanwhile(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "alerts", now=NOON - 2 * DAY)
    numb = an_entry("saddle_numbness", on=ago(1))
    put(alice, numb, now=NOON - DAY)
    passes(NOON - DAY)
    put(alice, an_entry(on=ago(1)) | {"id": numb["id"]}, now=NOON - DAY + MINUTE)
    screen_diary(patient_id=alice.patient_id, now=NOON - DAY + MINUTE)
    passes(NOON - DAY + MINUTE)
    notes(alice, "coughing_blood")
    says(alice, alert_of("coughing_blood"), "not_serious", now=NOON)
    put(alice, numb, now=NOON + MINUTE)
    screen_diary(patient_id=alice.patient_id, now=NOON + MINUTE)
    says(alice, alert_of("coughing_blood"), "did_not_go", now=NOON + 2 * MINUTE)
    screen_diary(patient_id=alice.patient_id, now=NOON + 2 * MINUTE)
    passes(NOON + 2 * MINUTE)
    assert alert_of().state == "open"
    assert heard(bob)[:2] == ["raised", "withdrawn"]
    assert heard(bob)[-1] == "again"


# A diary that arrives day by day


def test_old_days_that_come_one_by_one_are_one_message(alice: Person, bob: Person) -> None:
    """A phone that was away for long sends each day as a write of its own."""
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    for days in range(60, 14, -5):
        notes(alice, "saddle_numbness", "coughing_blood", on=ago(days))
        passes(NOON)
    assert Alert.objects.count() == Alert.objects.filter(state="open", tier="see_doctor").count() == 2
    assert [heard(person) for person in (alice, bob)] == [["raised"]] * 2


def test_and_days_of_the_last_fortnight_are_one_alarm(alice: Person) -> None:
    for days in range(60, -1, -5):
        notes(alice, "saddle_numbness", on=ago(days))
        passes(NOON)
    assert heard(alice) == ["raised", "tier_raised"]


def test_another_sign_of_long_ago_is_news_and_told_as_a_visit_to_book(alice: Person) -> None:
    notes(alice, "saddle_numbness", on=ago(40))
    passes(NOON)
    takes_on(alice, alert_of(), now=NOON + MINUTE)
    (raised,) = notes(alice, "both_legs_weak", on=ago(41), now=NOON + 2 * MINUTE)
    passes(NOON + 2 * MINUTE)
    assert (raised["tier"], raised["state"], raised["news"]) == ("see_doctor", "open", True)
    assert heard(alice) == ["raised", "again"]


@pytest.mark.parametrize(("done", "tier"), [("acknowledge", "emergency"), ("seen", "see_doctor")])
def test_a_late_sign_does_not_make_an_emergency_in_hand_a_visit_to_book(
    alice: Person, bob: Person, done: str, tier: str
) -> None:
    """Until someone says what came of it, it is an emergency with its questions; then it is told as what it is."""
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    for days in (0, 10):
        notes(alice, "saddle_numbness", on=ago(days))
    passes(NOON)
    takes_on(bob, alert_of(), now=NOON)
    if done == "seen":
        says(bob, alert_of(), "seen", now=NOON)
    passes(NOON)
    notes(alice, "both_legs_weak", on=ago(20), now=NOON + MINUTE)
    screen_diary(patient_id=alice.patient_id, now=NOON + MINUTE)
    passes(NOON + MINUTE)
    assert (alert_of().state, alert_of().tier) == ("open", tier)
    assert heard(alice, since=NOON + MINUTE) == ["again"]


def test_nothing_is_owed_for_what_is_kept(alice: Person) -> None:
    notes(alice, "saddle_numbness", on=ago(200))
    assert not Delivery.objects.exists()
