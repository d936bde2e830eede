"""Writing twice is safe: the table of the contract, row by row, for all three kinds of resources."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.cast import Person
from tests.diary.recordings import entry, event, full_entry, treatment

KINDS: list[tuple[str, Callable[..., dict[str, Any]], dict[str, Any]]] = [
    ("entries", full_entry, {"worst_pain": 1}),
    ("treatments", treatment, {"name": "Naproxen"}),
    ("events", event, {"assessed_pain": 9}),
]
each_kind = pytest.mark.parametrize(("kind", "make", "other"), KINDS, ids=[kind for kind, _, _ in KINDS])


@each_kind
def test_a_put_of_a_new_id_is_created_and_reads_back_as_sent(
    alice: Person, kind: str, make: Callable[..., dict[str, Any]], other: dict[str, Any]
) -> None:
    sent = make()
    answer = alice.put(f"patients/me/{kind}/{sent['id']}", sent)
    assert (answer.status, answer.headers["ETag"], answer.body["raised"]) == (201, '"1"', [])
    read = alice.get(f"patients/me/{kind}/{sent['id']}")
    assert (read.status, read.headers["ETag"]) == (200, '"1"')
    assert read.body.items() >= sent.items()
    assert read.body == {name: value for name, value in answer.body.items() if name != "raised"}
    assert (read.body["version"], read.body["recorded_by"]) == (1, str(alice.id))


@each_kind
def test_a_second_identical_put_changes_nothing(
    alice: Person, kind: str, make: Callable[..., dict[str, Any]], other: dict[str, Any]
) -> None:
    sent = make()
    path = f"patients/me/{kind}/{sent['id']}"
    first = alice.put(path, sent)
    for headers in ({}, {"If_Match": '"1"'}, {"If_Match": '"7"'}, {"If_Match": "*"}):
        again = alice.put(path, sent, **headers)
        assert (again.status, again.body) == (200, first.body)


@each_kind
def test_other_content_without_a_version_is_a_conflict_that_shows_what_stands(
    alice: Person, kind: str, make: Callable[..., dict[str, Any]], other: dict[str, Any]
) -> None:
    sent = make()
    path = f"patients/me/{kind}/{sent['id']}"
    alice.put(path, sent)
    stands = alice.get(path).body
    answer = alice.put(path, sent | other)
    assert (answer.status, answer.body["current"]) == (409, stands)
    assert alice.get(path).body == stands


@each_kind
def test_the_current_version_lets_an_edit_through_and_a_stale_one_does_not(
    alice: Person, kind: str, make: Callable[..., dict[str, Any]], other: dict[str, Any]
) -> None:
    sent = make()
    path = f"patients/me/{kind}/{sent['id']}"
    alice.put(path, sent)
    edited = alice.put(path, sent | other, If_Match='"1"')
    assert (edited.status, edited.body["version"], edited.headers["ETag"]) == (200, 2, '"2"')
    stale = alice.put(path, sent, If_Match='"1"')
    assert (stale.status, stale.body["current"]) == (412, alice.get(path).body)
    assert alice.put(path, sent, If_Match="*").body["version"] == 3


@each_kind
def test_a_delete_leaves_a_tombstone_that_wins_over_a_late_create(
    alice: Person, kind: str, make: Callable[..., dict[str, Any]], other: dict[str, Any]
) -> None:
    sent = make()
    path = f"patients/me/{kind}/{sent['id']}"
    alice.put(path, sent)
    assert alice.delete(path, If_Match='"4"').status == 412
    assert [alice.delete(path).status, alice.delete(path).status] == [204, 204]
    assert alice.get(path).status == 404
    assert alice.put(path, sent).status == 410
    assert alice.put(path, sent, If_Match='"1"').status == 410


@each_kind
def test_a_delete_of_an_id_never_used_leaves_one_too(
    alice: Person, kind: str, make: Callable[..., dict[str, Any]], other: dict[str, Any]
) -> None:
    sent = make()
    path = f"patients/me/{kind}/{sent['id']}"
    assert alice.delete(path).status == 204
    assert alice.put(path, sent).status == 410


def test_spelling_is_no_content(alice: Person) -> None:
    sent = full_entry(sites=["neck", "chest"], weight_kg=70, night_pain=None)
    path = f"patients/me/entries/{sent['id']}"
    alice.put(path, sent)
    same = {name: value for name, value in reversed(sent.items()) if name != "night_pain"}
    same |= {"sites": ["chest", "neck"], "weight_kg": 70.0, "recorded_at": "2026-03-29T06:30:00Z"}
    same["id"] = same["id"].upper()
    answer = alice.put(path.upper().replace("PATIENTS/ME/ENTRIES", "patients/me/entries"), same)
    assert (answer.status, answer.body["version"]) == (200, 1)


@pytest.mark.parametrize("answer", [{"sites": []}, {"symptoms": {}}, {"treatments_taken": {}}, {"note": ""}])
def test_answered_with_nothing_is_not_unanswered(alice: Person, answer: dict[str, Any]) -> None:
    sent = entry()
    path = f"patients/me/entries/{sent['id']}"
    alice.put(path, sent)
    assert alice.put(path, sent | answer).status == 409
    stored = alice.put(path, sent | answer, If_Match='"1"')
    assert stored.body.items() >= answer.items()
    assert alice.get(path).body.items() >= answer.items()


def test_an_entry_and_an_event_may_share_an_id(alice: Person) -> None:
    id_ = str(uuid4())
    assert alice.put(f"patients/me/entries/{id_}", entry(id=id_)).status == 201
    assert alice.put(f"patients/me/events/{id_}", event(id=id_)).status == 201


def test_two_people_may_use_the_same_id_and_neither_meets_the_other(alice: Person, dana: Person) -> None:
    hers, theirs = entry(worst_pain=1), entry(worst_pain=9)
    theirs["id"] = hers["id"]
    path = f"patients/me/entries/{hers['id']}"
    assert [alice.put(path, hers).status, dana.put(path, theirs).status] == [201, 201]
    assert [alice.get(path).body["worst_pain"], dana.get(path).body["worst_pain"]] == [1, 9]


def test_a_version_of_something_that_never_was_is_stale(alice: Person) -> None:
    sent = entry()
    answer = alice.put(f"patients/me/entries/{sent['id']}", sent, If_Match='"1"')
    assert (answer.status, answer.body["current"]) == (412, None)


@pytest.mark.parametrize("header", ["3", 'w/"3"', '"0"', '"x"', '"1", "2"', "", '"' + "9" * 30 + '"'])
def test_a_version_must_be_written_as_it_was_told(alice: Person, header: str) -> None:
    sent = entry()
    assert alice.put(f"patients/me/entries/{sent['id']}", sent, If_Match=header).status == 400


def test_a_visit_is_about_this_pain_unless_it_says_otherwise(alice: Person) -> None:
    sent = event()
    path = f"patients/me/events/{sent['id']}"
    assert alice.put(path, sent).body["about_this_pain"] is True
    assert alice.put(path, sent | {"about_this_pain": True}).status == 200
    assert alice.put(path, sent | {"about_this_pain": False}).status == 409
