"""Signs in what was refused to someone who may read the diary: judged as part of it."""

from typing import Any
from uuid import uuid4

import pytest

from diary.models import Entry as EntryRow
from tests.alerts.refusals import (
    back_pain_at_night,
    broken_back,
    change,
    day,
    entry,
    numb,
    put,
    rules,
    stored,
    sync,
    with_history,
)
from tests.alerts.refusals import no_alert_and_no_message as no_alert_and_no_message
from tests.cast import Person


@pytest.mark.parametrize("level", ["read", "log"])
def test_a_caregiver_who_may_read_gets_what_it_means_in_this_diary(alice: Person, bob: Person, level: Any) -> None:
    with_history(alice)
    bob.cares_for(alice, level)
    for raised in (
        put(bob, "entry", back_pain_at_night(), alice.patient_id).body["raised"],
        sync(bob, change("entry", back_pain_at_night()), whose=alice.patient_id).body["results"][0]["raised"],
    ):
        assert rules(raised) == ["cancer_history_spinal_pain", "infection_signs"]
        assert "Alice" in raised[0]["advice"]


def test_the_owner_gets_what_it_means_in_their_diary(alice: Person) -> None:
    with_history(alice)
    assert rules(put(alice, "entry", back_pain_at_night()).body["raised"]) == [
        "cancer_history_spinal_pain",
        "infection_signs",
    ]


def test_a_sign_that_stands_without_it_is_not_its_sign(alice: Person) -> None:
    stored(alice, numb())
    assert put(alice, "entry", entry(worst_pain=11, night_pain=2)).body["raised"] == []


def test_the_same_sign_again_is_its_own(alice: Person) -> None:
    stored(alice, numb())
    assert rules(put(alice, "entry", numb(worst_pain=11)).body["raised"]) == ["cauda_equina"]


def test_another_sign_of_the_same_rule_is_its_own(alice: Person) -> None:
    stored(alice, entry(symptoms={"fever": True}, sites=["neck"]))
    stored(alice, entry(sites=["left_flank"]))
    refused = entry(symptoms={"blood_in_urine": True}, worst_pain=11)
    assert rules(put(alice, "entry", refused).body["raised"]) == ["infection_signs"]


def test_what_it_was_to_replace_does_not_count_beside_it(alice: Person) -> None:
    sudden = entry(symptoms={"sudden_breathlessness": True})
    put(alice, "entry", sudden)
    no_longer = {**sudden, "symptoms": None, "worse_on_deep_breath": True}
    assert put(alice, "entry", no_longer).body["raised"] == []
    as_well = entry(worse_on_deep_breath=True, worst_pain=11)
    assert rules(put(alice, "entry", as_well).body["raised"]) == ["breathing_emergency"]


def test_an_event_under_the_id_of_an_entry_leaves_the_entry_in_place(alice: Person) -> None:
    severe = entry(worst_pain=8)
    put(alice, "entry", severe)
    hip = broken_back(id=severe["id"], site="hip", mood="low")
    assert rules(put(alice, "event", hip).body["raised"]) == ["fragility_fracture"]


def test_a_weakness_that_has_been_there_is_no_new_one(alice: Person) -> None:
    weak = {"leg_weak": True}
    assert rules(put(alice, "entry", entry(symptoms=weak, mood="low")).body["raised"]) == ["new_neurology"]
    stored(alice, entry(days_ago=3, symptoms=weak))
    assert put(alice, "entry", entry(symptoms=weak, mood="low")).body["raised"] == []


def test_an_event_carries_what_the_days_after_it_make_of_it_and_no_more(alice: Person) -> None:
    stored(alice, entry(days_ago=1, worst_pain=8))
    stored(alice, entry(days_ago=0, symptoms={"height_loss": True}))
    fracture = broken_back(date=day(2), site="hip", mood="low")
    assert rules(put(alice, "event", fracture).body["raised"]) == ["fragility_fracture"]
    imaging = {"id": str(uuid4()), "kind": "fracture", "trauma": "major", "date": day(2), "mood": "low"}
    assert put(alice, "event", imaging).body["raised"] == []


def test_what_is_too_old_to_act_on_at_once_is_told_as_see_a_doctor(alice: Person) -> None:
    (sign,) = put(alice, "entry", numb(**entry(days_ago=15), weight_kg=701)).body["raised"]
    assert (sign["tier"], sign["call"]) == ("see_doctor", "112")


def test_who_may_only_read_by_now_has_each_change_forbidden_and_hears_the_news(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "read")
    known = entry(worst_pain=2)
    put(alice, "entry", known)
    changes = [
        change("entry", numb()),
        change("entry", entry(worst_pain=5)),
        change("event", broken_back(assessed_pain=11)),
        {"type": "entry", "op": "delete", "id": known["id"]},
        5,
    ]
    answer = sync(bob, *changes, whose=alice.patient_id)
    assert answer.status == 200
    results = answer.body["results"]
    assert [result["status"] for result in results] == ["forbidden"] * 5
    assert [result["id"] for result in results] == [*(one["id"] for one in changes[:4]), None]  # type: ignore[index]
    assert {result["problem"]["status"] for result in results} == {403}
    assert [rules(result["raised"]) for result in results] == [["cauda_equina"], [], ["fragility_fracture"], [], []]
    assert [down["id"] for down in answer.body["changes"]] == [known["id"]]
    assert EntryRow.objects.count() == 1
    assert sync(bob, whose=alice.patient_id, cursor=answer.body["cursor"]).body["changes"] == []
