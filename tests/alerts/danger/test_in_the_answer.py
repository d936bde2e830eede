"""What the answer to a write holds: every danger sign that it contributes to, whatever became of the alert."""

from typing import Any
from uuid import uuid4

import pytest

from alerts.models import Alert, Delivery
from alerts.screening.diary import screen_diary
from tests.alerts.danger.story import (
    DAY,
    HOUR,
    MINUTE,
    alert_of,
    an_entry,
    at,
    heard,
    notes,
    passes,
    put,
    says,
    takes_on,
)
from tests.alerts.diaries import NOON
from tests.cast import Person

TODAY = NOON.date()


def screened(person: Person) -> None:
    screen_diary(patient_id=person.patient_id, now=NOON)


def in_short(raised: list[dict[str, Any]]) -> list[tuple[str, str, bool]]:
    return [(one["rule"], one["state"], one["news"]) for one in raised]


@pytest.mark.parametrize(
    "harmless",
    [
        {"worst_pain": 2},
        {"note": "slept well"},
        {"symptoms": {"saddle_numbness": False, "cough": True}},
        {"sites": ["hip"], "night_pain": 3},
        {"worst_pain": 9, "sites": ["lower_back"]},
        {"weight_kg": 70.5},
    ],
)
def test_a_harmless_second_entry_of_the_day_holds_nothing(alice: Person, harmless: dict[str, Any]) -> None:
    assert len(notes(alice, "saddle_numbness", "fever", worse_on_deep_breath=True)) == 1
    body = an_entry(on=TODAY) | harmless
    if harmless.get("sites") == ["lower_back"]:  # with this morning's fever it is not
        assert in_short(put(alice, body, now=NOON)) == [("infection_signs", "open", True)]
    else:
        assert put(alice, body, now=NOON) == []


def test_a_second_entry_that_says_the_same_holds_it_and_is_no_news(alice: Person) -> None:
    first = notes(alice, "saddle_numbness")
    second = notes(alice, "saddle_numbness", now=NOON + HOUR)
    assert second == [first[0] | {"news": False}]


def test_an_entry_that_makes_it_together_with_another_holds_it(alice: Person) -> None:
    assert notes(alice, "sudden_breathlessness") == []
    assert in_short(notes(alice, worse_on_deep_breath=True)) == [("breathing_emergency", "open", True)]
    assert in_short(notes(alice, "sudden_breathlessness")) == [("breathing_emergency", "open", False)]


def test_the_next_day_without_it_holds_nothing(alice: Person) -> None:
    notes(alice, "saddle_numbness")
    assert notes(alice, now=NOON + DAY, worst_pain=3) == []


# A repeated write


def test_a_repeated_write_holds_it_once_it_was_taken_on(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "alerts")
    body = an_entry("saddle_numbness", on=TODAY)
    (first,) = put(alice, body, now=NOON)
    takes_on(bob, alert_of(), now=NOON)
    assert put(alice, body, now=NOON + MINUTE) == [first | {"state": "acknowledged", "news": False}]


@pytest.mark.parametrize("outcome", ["not_serious", "did_not_go", "seen"])
def test_and_once_it_was_closed(alice: Person, outcome: str) -> None:
    body = an_entry("saddle_numbness", on=TODAY)
    (first,) = put(alice, body, now=NOON)
    says(alice, alert_of(), outcome, now=NOON)
    screened(alice)
    assert put(alice, body, now=NOON + MINUTE) == [first | {"state": "closed", "news": False}]


def test_and_once_it_was_withdrawn_and_came_back(alice: Person) -> None:
    bad, good = an_entry("saddle_numbness", on=TODAY), an_entry(on=TODAY, worst_pain=1)
    (first,) = put(alice, bad, now=NOON)
    passes(NOON)
    assert put(alice, good | {"id": bad["id"]}, now=NOON + MINUTE) == []
    screened(alice)
    assert alert_of().state == "withdrawn"
    passes(NOON + MINUTE)
    assert put(alice, bad, now=NOON + 2 * MINUTE) == [first]
    assert put(alice, bad, now=NOON + 3 * MINUTE) == [first | {"news": False}]
    passes(NOON + 3 * MINUTE)
    assert heard(alice) == ["raised", "withdrawn", "raised"]


def test_and_before_the_withdrawal_was_even_found(alice: Person) -> None:
    """Edited away and back again faster than the screening: nothing has happened."""
    bad = an_entry("saddle_numbness", on=TODAY)
    (first,) = put(alice, bad, now=NOON)
    put(alice, an_entry(on=TODAY) | {"id": bad["id"]}, now=NOON)
    assert put(alice, bad, now=NOON) == [first | {"news": False}]
    screened(alice)
    passes(NOON)
    assert heard(alice) == ["raised"]


def test_all_of_it_again_in_the_answer_to_a_repeated_sync(alice: Person) -> None:
    bodies = [an_entry("saddle_numbness", on=TODAY), an_entry("coughing_blood", on=TODAY - DAY), an_entry(on=TODAY)]
    changes = [{"type": "entry", "op": "put", "id": one["id"], "data": one} for one in bodies]
    with at(NOON):
        first, again = (
            alice.post("patients/me/sync", {"cursor": None, "changes": changes}).body["results"] for _ in range(2)
        )
    assert [in_short(one["raised"]) for one in first] == [
        [("cauda_equina", "open", True)],
        [("coughing_blood", "open", True)],
        [],
    ]
    assert [in_short(one["raised"]) for one in again] == [
        [("cauda_equina", "open", False)],
        [("coughing_blood", "open", False)],
        [],
    ]


def test_whoever_writes_reads_it_and_about_whom(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    (raised,) = put(bob, an_entry("saddle_numbness", on=TODAY), now=NOON, whose=alice)
    assert "Call or go to Alice now" in raised["advice"]


def test_an_event_holds_what_it_makes_of_the_days_after_it(alice: Person) -> None:
    notes(alice, worst_pain=8, sites=["hip"])
    event = {"id": str(uuid4()), "kind": "fracture", "date": (TODAY - DAY).isoformat(), "trauma": "minor"}
    assert put(alice, event, now=NOON, kind="events") == []  # the hip is no back
    notes(alice, worst_pain=8, sites=["mid_back"])
    assert in_short(put(alice, event, now=NOON, kind="events")) == [("fragility_fracture", "open", False)]


# The profile


def patch(person: Person, **fields: Any) -> list[dict[str, Any]]:
    with at(NOON):
        answer = person.patch("patients/me/profile", fields)
    assert answer.status == 200
    raised: list[dict[str, Any]] = answer.body["raised"]
    return raised


def test_a_profile_that_makes_a_rule_hold_has_it_in_its_answer(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    assert notes(alice, night_pain=6) == []
    (raised,) = patch(alice, cancer_history=True)
    assert (raised["rule"], raised["tier"], raised["state"], raised["news"], raised["stored"]) == (
        "cancer_history_spinal_pain",
        "urgent",
        "open",
        True,
        True,
    )
    passes(NOON)
    assert [heard(person) for person in (alice, bob)] == [["raised"]] * 2


def test_the_same_profile_again_has_it_again_and_tells_nobody(alice: Person) -> None:
    notes(alice, night_pain=6)
    (first,) = patch(alice, cancer_history=True)
    assert patch(alice, cancer_history=True) == [first | {"news": False}]
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("fields", [{"smoking": "current"}, {"cancer_history": False}, {"language": "en"}, {}])
def test_one_that_adds_nothing_has_nothing(alice: Person, fields: dict[str, Any]) -> None:
    notes(alice, "saddle_numbness", night_pain=6)
    assert patch(alice, **fields) == []


@pytest.mark.parametrize(
    "fields", [{"steroid_use": True}, {"osteoporosis": True}, {"birth_year": 1950}, {"cancer_history": True}]
)
def test_a_fall_becomes_dangerous_with_weak_bones(alice: Person, fields: dict[str, Any]) -> None:
    fall = {"id": str(uuid4()), "kind": "fall", "date": (TODAY - DAY).isoformat(), "trauma": "minor"}
    assert put(alice, fall, now=NOON, kind="events") == []
    assert notes(alice, worst_pain=8, sites=["hip"]) == []
    assert in_short(patch(alice, **fields)) == [("fragility_fracture", "open", True)]


@pytest.mark.parametrize(("days", "tier", "state"), [(10, "urgent", "open"), (50, "see_doctor", "open")])
def test_old_nights_are_told_as_what_they_are_by_now(alice: Person, days: int, tier: str, state: str) -> None:
    notes(alice, night_pain=6, on=TODAY - days * DAY)
    (raised,) = patch(alice, cancer_history=True)
    assert (raised["tier"], raised["state"], raised["news"]) == (tier, state, True)


def test_nights_of_long_ago_are_kept_by_the_screening(alice: Person) -> None:
    notes(alice, night_pain=6, on=TODAY - 120 * DAY)
    assert patch(alice, cancer_history=True) == []
    screened(alice)
    assert Alert.objects.values_list("state", "opened_at").get() == ("closed", None)
    assert not Delivery.objects.exists()
