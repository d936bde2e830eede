"""The escalation policy over HTTP: the owner's alone, versioned, and only what fits the circle."""

from typing import Any
from uuid import uuid4

import pytest

from alerts.models import EscalationPolicy
from diary.models import Caregiver
from tests.cast import Person

PATH = "patients/me/escalation"


def policy(*groups: dict[str, Any], rounds: int = 1, **tiers: Any) -> dict[str, Any]:
    order = {"groups": list(groups) or [{"who": ["me", "caregivers"], "wait_minutes": 60}], "rounds": rounds}
    again = {"wait_minutes": 30, "rounds": 2}
    return {"emergency": again, "urgent": again, "see_doctor": order, **tiers}


def group(*who: str, wait_minutes: Any = 60) -> dict[str, Any]:
    return {"who": list(who), "wait_minutes": wait_minutes}


def test_until_somebody_chooses_there_is_a_default(alice: Person) -> None:
    answer = alice.get(PATH)
    assert answer.body == {
        "emergency": {"wait_minutes": 15, "rounds": 3},
        "urgent": {"wait_minutes": 120, "rounds": 2},
        "see_doctor": {"groups": [{"who": ["me", "caregivers"], "wait_minutes": 1440}], "rounds": 1},
        "version": 1,
    }
    assert answer.headers["ETag"] == '"1"'
    assert not EscalationPolicy.objects.exists()


def test_the_owner_chooses_who_is_first_and_who_next(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "alerts")
    chosen = policy(group("me", wait_minutes=2880), group(str(place.pk)), group("caregivers"), rounds=2)
    answer = alice.put(PATH, chosen)
    assert (answer.status, answer.body) == (200, chosen | {"version": 2})
    assert alice.get(PATH).body == answer.body


def test_a_second_identical_put_changes_nothing(alice: Person) -> None:
    first = alice.put(PATH, policy())
    again = alice.put(PATH, policy(), If_Match='"1"')
    assert (again.status, again.body, again.headers["ETag"]) == (200, first.body, '"2"')


def test_a_stale_version_is_refused_with_what_stands(alice: Person) -> None:
    stands = alice.put(PATH, policy()).body
    answer = alice.put(PATH, policy(rounds=2), If_Match='"1"')
    assert (answer.status, answer.body["current"], answer.headers["ETag"]) == (412, stands, '"2"')
    assert alice.put(PATH, policy(rounds=2), If_Match='"2"').body["version"] == 3


def test_a_policy_that_names_somebody_who_left_can_be_put_back(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "alerts")
    alice.put(PATH, policy(group("me"), group(str(place.pk))))
    Caregiver.objects.filter(pk=place.pk).update(state="ended", ended_at=place.accepted_at)
    stands = alice.get(PATH).body
    del stands["version"]
    assert alice.put(PATH, stands | {"urgent": {"wait_minutes": 60, "rounds": 2}}).status == 200


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/emergency", "/urgent", "/see_doctor"}),
        (policy(emergency={"wait_minutes": 4, "rounds": 3}), {"/emergency/wait_minutes"}),
        (policy(urgent={"wait_minutes": 60, "rounds": 0}), {"/urgent/rounds"}),
        (policy(urgent={"wait_minutes": 60, "rounds": True}), {"/urgent/rounds"}),
        (policy(emergency={"groups": [group("me")], "rounds": 1}), {"/emergency/wait_minutes", "/emergency/groups"}),
        (policy(group("caregivers")), {"/see_doctor/groups"}),
        (policy(group()), {"/see_doctor/groups/0/who"}),
        (policy(group("me"), group("Bob")), {"/see_doctor/groups/1/who/0"}),
        (policy(group("me"), group("me\n")), {"/see_doctor/groups/1/who/0"}),
        (policy(group("me"), group(str(uuid4()))), {"/see_doctor/groups/1/who/0"}),
        (policy(group("me", wait_minutes="60")), {"/see_doctor/groups/0/wait_minutes"}),
        (policy(*[group("me")] * 11), {"/see_doctor/groups"}),
        (policy(group("me", wait_minutes=10_080), rounds=3), {"/see_doctor/rounds"}),
        (policy(watch={"wait_minutes": 60, "rounds": 1}), {"/watch"}),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(alice: Person, body: Any, pointers: set[str]) -> None:
    answer = alice.put(PATH, body)
    assert (answer.status, answer.pointers) == (400, pointers)
    assert not EscalationPolicy.objects.exists()


def test_an_empty_list_of_groups_is_refused(alice: Person) -> None:
    answer = alice.put(PATH, policy(see_doctor={"groups": [], "rounds": 1}))
    assert (answer.status, answer.pointers) == (400, {"/see_doctor/groups"})


def test_somebody_of_another_circle_is_nobody_here(alice: Person, bob: Person, charlie: Person) -> None:
    foreign = bob.cares_for(charlie, "alerts")
    assert alice.put(PATH, policy(group("me"), group(str(foreign.pk)))).status == 400


@pytest.mark.parametrize("level", ["alerts", "read", "log"])
def test_no_caregiver_sees_or_changes_it(alice: Person, bob: Person, level: Any) -> None:
    bob.cares_for(alice, level)
    assert bob.get(f"patients/{alice.patient_id}/escalation").status == 404
    assert bob.put(f"patients/{alice.patient_id}/escalation", policy()).status == 404
