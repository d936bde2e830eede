"""One phone's queue is one hand: what it did offline to one entry is no conflict with itself, and nothing is lost."""

from typing import Any

import pytest

from diary.models import Entry
from diary.recording.remembered import MOST
from tests.cast import Person
from tests.diary.recordings import entry


def put(data: dict[str, Any], version: int | None = None) -> dict[str, Any]:
    change = {"type": "entry", "op": "put", "id": data["id"], "data": data}
    return change if version is None else change | {"if_version": version}


def delete(data: dict[str, Any], version: int | None = None) -> dict[str, Any]:
    change = {"type": "entry", "op": "delete", "id": data["id"]}
    return change if version is None else change | {"if_version": version}


def sync(person: Person, *changes: dict[str, Any], cursor: str | None = None, whose: object = "me") -> dict[str, Any]:
    answer = person.post(f"patients/{whose}/sync", {"cursor": cursor, "changes": list(changes)})
    assert answer.status == 200
    return dict(answer.body)


def results(answer: dict[str, Any]) -> list[tuple[str, int]]:
    return [(result["status"], result["version"]) for result in answer["results"]]


def standing(person: Person, id_: str) -> tuple[int, Any]:
    read = person.get(f"patients/me/entries/{id_}").body
    return read["version"], read["worst_pain"]


@pytest.fixture
def one() -> dict[str, Any]:
    return entry(worst_pain=1)


def test_made_and_edited_offline_the_edit_is_what_stands(alice: Person, one: dict[str, Any]) -> None:
    edited = {**one, "symptoms": {"saddle_numbness": True}}
    answer = sync(alice, put(one), put(edited))
    assert results(answer) == [("stored", 1), ("stored", 2)]
    assert [sign["rule"] for sign in answer["results"][1]["raised"]] == ["cauda_equina"]
    assert alice.get(f"patients/me/entries/{one['id']}").body["symptoms"] == {"saddle_numbness": True}


def test_two_offline_edits_of_the_version_that_was_seen_both_arrive(alice: Person, one: dict[str, Any]) -> None:
    sync(alice, put(one))
    answer = sync(alice, put({**one, "worst_pain": 2}, 1), put({**one, "worst_pain": 3}, 1))
    assert results(answer) == [("stored", 2), ("stored", 3)]
    assert standing(alice, one["id"]) == (3, 3)


def test_made_edited_edited_and_deleted_offline_ends_deleted(alice: Person, one: dict[str, Any]) -> None:
    edits = [put({**one, "worst_pain": pain}) for pain in (2, 3)]
    answer = sync(alice, put(one), *edits, delete(one))
    assert results(answer) == [("stored", 1), ("stored", 2), ("stored", 3), ("deleted", 4)]
    assert alice.get(f"patients/me/entries/{one['id']}").status == 404


@pytest.mark.parametrize("version", [None, 1])
def test_when_the_first_conflicts_all_do(alice: Person, one: dict[str, Any], version: int | None) -> None:
    sync(alice, put(one))
    sync(alice, put({**one, "worst_pain": 9}, 1))  # another phone
    changes = [put({**one, "worst_pain": 2}, version), put({**one, "worst_pain": 3}), delete(one, version)]
    answer = sync(alice, *changes)
    assert [result["status"] for result in answer["results"]] == ["conflict"] * 3
    assert {result["current"]["worst_pain"] for result in answer["results"]} == {9}
    assert standing(alice, one["id"]) == (2, 9)


def test_a_later_change_that_names_what_stands_does_not_rest_on_the_conflict(
    alice: Person, one: dict[str, Any]
) -> None:
    sync(alice, put(one))
    answer = sync(alice, put({**one, "worst_pain": 2}), put({**one, "worst_pain": 3}, 1))
    assert results(answer) == [("conflict", 1), ("stored", 2)]


def test_changes_of_other_ids_stand_between_them_and_alone(alice: Person, one: dict[str, Any]) -> None:
    other = entry(worst_pain=5)
    answer = sync(alice, put(one), put(other), put({**one, "worst_pain": 2}), put({**other, "worst_pain": 6}))
    assert results(answer) == [("stored", 1), ("stored", 1), ("stored", 2), ("stored", 2)]


def test_one_request_after_another_is_not_one_hand(alice: Person, one: dict[str, Any]) -> None:
    sync(alice, put(one))
    assert results(sync(alice, put({**one, "worst_pain": 2}))) == [("conflict", 1)]


def test_what_was_stored_and_overtaken_is_recognised_with_what_stands_now(alice: Person, one: dict[str, Any]) -> None:
    sync(alice, put(one))
    mine = put({**one, "worst_pain": 2}, 1)
    lost = sync(alice, mine)  # the answer is lost
    sync(alice, put({**one, "worst_pain": 9}, 2))  # another phone
    again = sync(alice, mine, cursor=lost["cursor"])
    assert results(again) == [("unchanged", 3)]
    assert [(row["id"], row["version"], row["data"]["worst_pain"]) for row in again["changes"]] == [(one["id"], 3, 9)]
    assert standing(alice, one["id"]) == (3, 9)


def test_also_when_the_app_has_heard_of_what_stands_already(alice: Person, one: dict[str, Any]) -> None:
    sync(alice, put(one))
    heard = sync(alice, put({**one, "worst_pain": 9}, 1))["cursor"]
    again = sync(alice, put(one), cursor=sync(alice, cursor=heard)["cursor"])
    assert results(again) == [("unchanged", 2)]
    assert [row["version"] for row in again["changes"]] == [2]


def test_a_whole_queue_whose_answer_was_lost_is_recognised(alice: Person, one: dict[str, Any]) -> None:
    queue = [put(one), put({**one, "worst_pain": 2}), put({**one, "worst_pain": 3})]
    sync(alice, *queue)
    assert results(sync(alice, *queue)) == [("unchanged", 3)] * 3
    sync(alice, put({**one, "worst_pain": 9}, 3))  # another phone
    assert results(sync(alice, *queue)) == [("unchanged", 4)] * 3
    assert standing(alice, one["id"]) == (4, 9)


def test_what_rests_on_a_recognised_change_and_is_new_is_a_conflict(alice: Person, one: dict[str, Any]) -> None:
    """Nobody who wrote it has seen what the other phone stored."""
    sync(alice, put(one))
    sync(alice, put({**one, "worst_pain": 2}, 1))
    sync(alice, put({**one, "worst_pain": 9}, 2))  # another phone
    answer = sync(alice, put({**one, "worst_pain": 2}, 1), put({**one, "worst_pain": 4}, 1))
    assert results(answer) == [("unchanged", 3), ("conflict", 3)]


def test_new_edits_at_the_end_of_a_queue_that_came_through_are_stored(alice: Person, one: dict[str, Any]) -> None:
    queue = [put(one), put({**one, "worst_pain": 2})]
    sync(alice, *queue)
    assert results(sync(alice, *queue, put({**one, "worst_pain": 3}))) == [
        ("unchanged", 2),
        ("unchanged", 2),
        ("stored", 3),
    ]


def test_another_version_or_other_content_is_not_recognised(alice: Person, one: dict[str, Any]) -> None:
    sync(alice, put(one))
    sync(alice, put({**one, "worst_pain": 2}, 1))
    sync(alice, put({**one, "worst_pain": 9}, 2))
    assert results(sync(alice, put({**one, "worst_pain": 2}, 2))) == [("conflict", 3)]
    assert results(sync(alice, put({**one, "worst_pain": 2, "note": "x"}, 1))) == [("conflict", 3)]


def test_only_the_last_changes_are_remembered_and_none_of_what_was_deleted(alice: Person, one: dict[str, Any]) -> None:
    sync(alice, put(one), *[put({**one, "note": str(number)}) for number in range(MOST)])
    row = Entry.objects.get(id=one["id"])
    assert row.remembered is not None
    assert len(row.remembered) == MOST
    assert results(sync(alice, put(one))) == [("conflict", MOST + 1)]
    sync(alice, delete(one))
    assert Entry.objects.get(id=one["id"]).remembered is None


def test_a_reader_is_still_forbidden_and_hears_all(alice: Person, bob: Person, one: dict[str, Any]) -> None:
    bob.cares_for(alice, "read")
    sync(alice, put(one))
    answer = sync(bob, put({**one, "worst_pain": 2}, 1), put({**one, "worst_pain": 3}, 1), whose=alice.patient_id)
    assert [result["status"] for result in answer["results"]] == ["forbidden"] * 2
    assert [row["id"] for row in answer["changes"]] == [one["id"]]


def test_a_single_write_that_brings_back_what_stood_before_is_no_repetition(alice: Person, one: dict[str, Any]) -> None:
    """Somebody who takes an edit back means it: only a sync comes again after its answer was lost."""
    path = f"patients/me/entries/{one['id']}"
    alice.put(path, one)
    alice.put(path, {**one, "worst_pain": 2}, **{"If-Match": '"1"'})
    assert alice.put(path, one).status == 409
    assert alice.put(path, one, **{"If-Match": '"2"'}).body["version"] == 3
    assert standing(alice, one["id"]) == (3, 1)
