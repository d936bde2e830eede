"""Many changes up, everything new down."""

from typing import Any
from uuid import uuid4

import pytest

from tests.cast import Answer, Person
from tests.diary.recordings import entry, event, full_entry, treatment

SYNC = "patients/me/sync"


def put(kind: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, "op": "put", "id": data["id"], "data": data, **more}


def delete(kind: str, id_: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "op": "delete", "id": id_, **more}


def sync(person: Person, *changes: Any, cursor: str | None = None, path: str = SYNC) -> Answer:
    return person.post(path, {"cursor": cursor, "changes": list(changes)})


def statuses(answer: Answer) -> list[str]:
    return [result["status"] for result in answer.body["results"]]


def test_a_batch_is_stored_and_answered_in_its_order(alice: Person) -> None:
    changes = [put("entry", full_entry()), put("treatment", treatment()), put("event", event()), put("entry", entry())]
    answer = sync(alice, *changes)
    assert answer.status == 200
    assert [
        (result["id"], result["status"], result["version"], result["raised"]) for result in answer.body["results"]
    ] == [(change["id"], "stored", 1, []) for change in changes]
    assert len(alice.get("patients/me/entries").body["items"]) == 2


def test_an_app_is_not_told_what_it_just_said(alice: Person) -> None:
    first = sync(alice, put("entry", entry()))
    assert (first.body["changes"], first.body["has_more"]) == ([], False)
    assert sync(alice, cursor=first.body["cursor"]).body["changes"] == []


def test_a_lost_answer_is_repaired_by_sending_the_same_again(alice: Person) -> None:
    changes = [put("entry", entry()), delete("event", str(uuid4()))]
    assert statuses(sync(alice, *changes)) == ["stored", "deleted"]
    again = sync(alice, *changes)
    assert statuses(again) == ["unchanged", "deleted"]
    assert {change["id"] for change in again.body["changes"]} == {change["id"] for change in changes}


def test_a_fresh_phone_gets_the_whole_diary_in_pages_tombstones_included(alice: Person) -> None:
    entries = [entry(worst_pain=number % 11) for number in range(620)]
    sync(alice, *(put("entry", data) for data in entries))
    sync(alice, delete("entry", entries[0]["id"]))
    first = sync(alice)
    assert (len(first.body["changes"]), first.body["has_more"]) == (500, True)
    second = sync(alice, cursor=first.body["cursor"])
    assert second.body["has_more"] is False
    told = {change["id"]: change for change in first.body["changes"] + second.body["changes"]}
    assert len(told) == 620
    assert (told[entries[0]["id"]]["op"], told[entries[0]["id"]]["data"]) == ("delete", None)
    assert told[entries[7]["id"]]["data"]["worst_pain"] == 7
    assert sync(alice, cursor=second.body["cursor"]).body["changes"] == []


def test_what_is_left_over_brings_own_writes_once_and_ends(alice: Person) -> None:
    sync(alice, *(put("entry", entry()) for _ in range(501)))
    mine = put("entry", entry())
    told: list[str] = []
    answer = sync(alice, mine)
    told += [change["id"] for change in answer.body["changes"]]
    while answer.body["has_more"]:
        answer = sync(alice, cursor=answer.body["cursor"])
        told += [change["id"] for change in answer.body["changes"]]
    assert len(told) == len(set(told)) == 502
    assert told.count(mine["id"]) == 1


def test_one_bad_change_holds_back_no_other(alice: Person) -> None:
    good = put("entry", entry())
    nul = put("entry", entry(note="before\x00after"))
    bad_answer = put("entry", entry(night_pain=11, rest_pain="5"))
    bad_changes = [
        nul,
        bad_answer,
        5,
        None,
        {"type": "mood", "op": "put", "id": str(uuid4()), "data": {}},
        {"type": "entry", "op": "put", "id": str(uuid4())},
        {"type": "entry", "op": "delete", "id": "7"},
        put("entry", entry(), if_version=0),
        put("entry", entry(), surprise=1),
        put("entry", entry()) | {"id": str(uuid4())},
        delete("entry", str(uuid4()), data={}),
    ]
    answer = sync(alice, *bad_changes, good)
    assert statuses(answer) == ["invalid"] * len(bad_changes) + ["stored"]
    results = answer.body["results"]
    pointers = [{error["pointer"] for error in result["problem"]["errors"]} for result in results[:-1]]
    assert pointers == [
        {"/data/note"},
        {"/data/night_pain", "/data/rest_pain"},
        {""},
        {""},
        {"/type"},
        {"/data"},
        {"/id"},
        {"/if_version"},
        {"/surprise"},
        {"/data/id"},
        {"/data"},
    ]
    assert results[0]["id"] == nul["id"]
    assert results[2]["id"] is None


def test_every_fault_of_a_change_is_named_at_once(alice: Person) -> None:
    answer = sync(alice, put("entry", entry(night_pain=11), if_version="1", extra=None))
    errors = answer.body["results"][0]["problem"]["errors"]
    assert {error["pointer"] for error in errors} == {"/if_version", "/extra", "/data/night_pain"}


def test_the_same_twice_in_a_batch_is_stored_once(alice: Person) -> None:
    change = put("entry", entry())
    answer = sync(alice, change, change)
    assert statuses(answer) == ["stored", "unchanged"]
    assert alice.get(f"patients/me/entries/{change['id']}").body["version"] == 1


def test_a_different_one_under_the_same_id_in_a_batch_rests_on_the_first(alice: Person) -> None:
    data = entry(worst_pain=1)
    answer = sync(alice, put("entry", data), put("entry", data | {"worst_pain": 2}))
    assert statuses(answer) == ["stored", "stored"]
    assert [result["version"] for result in answer.body["results"]] == [1, 2]


def test_without_the_version_that_it_replaces_it_is_a_conflict_in_a_batch_of_its_own(alice: Person) -> None:
    data = entry(worst_pain=1)
    sync(alice, put("entry", data))
    answer = sync(alice, put("entry", data | {"worst_pain": 2}))
    assert statuses(answer) == ["conflict"]
    (refused,) = answer.body["results"]
    assert (refused["problem"]["status"], refused["current"]["worst_pain"]) == (409, 1)


def test_versions_decide_as_they_do_for_single_writes(alice: Person) -> None:
    data = entry(worst_pain=1)
    sync(alice, put("entry", data))
    edited = data | {"worst_pain": 2}
    assert statuses(sync(alice, put("entry", edited, if_version=1))) == ["stored"]
    stale = sync(alice, put("entry", data, if_version=1), delete("entry", data["id"], if_version=1))
    assert statuses(stale) == ["conflict", "conflict"]
    assert [result["problem"]["status"] for result in stale.body["results"]] == [412, 412]
    assert statuses(sync(alice, delete("entry", data["id"], if_version=2))) == ["deleted"]
    late = sync(alice, put("entry", data))
    assert (statuses(late), late.body["results"][0]["problem"]["status"]) == (["deleted"], 410)


def test_an_empty_batch_is_fine_and_one_of_1001_is_too_large(alice: Person) -> None:
    assert sync(alice).status == 200
    change = delete("entry", str(uuid4()))
    assert sync(alice, *[change] * 1000).status == 200
    assert sync(alice, *[change] * 1001).status == 413


def test_a_body_of_two_megabytes_is_taken_and_a_byte_more_is_not(alice: Person) -> None:
    body = b'{"changes":[]}'
    limit = 2 * 1024 * 1024
    assert alice.post(SYNC, body + b" " * (limit - len(body))).status == 200
    assert alice.post(SYNC, body + b" " * (limit - len(body) + 1)).status == 413


@pytest.mark.parametrize(
    "body",
    [
        b'{"changes":[{"type":"entry","type":"event","op":"delete","id":"x"}]}',
        b'{"changes":[}',
        b'{"changes":[],"changes":[]}',
        b"[]",
        b"null",
        b"",
        b'{"cursor":5,"changes":[]}',
        b'{"cursor":null}',
        b'{"changes":null}',
        b'{"changes":[],"more":1}',
    ],
)
def test_a_broken_body_is_refused_whole(alice: Person, body: bytes) -> None:
    assert alice.post(SYNC, body).status == 400


def test_a_cursor_is_good_only_where_it_was_given(alice: Person, dana: Person) -> None:
    sync(alice, put("entry", entry()))
    cursor = sync(alice).body["cursor"]
    sync(dana, *(put("entry", entry()) for _ in range(3)))
    assert sync(dana, cursor=cursor).status == 400
    for bent in (cursor[:-1], cursor + "A", "A" + cursor[1:], "", "0", cursor.upper()):
        assert sync(alice, cursor=bent).status == 400, bent


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\udfff\x00"])
def test_text_that_cannot_be_stored_is_refused_wherever_it_stands(alice: Person, text: str) -> None:
    assert sync(alice, cursor=text).status == 400
    assert alice.post(SYNC, {"changes": [], text: 1}).status == 400
    good = put("entry", entry())
    bad = [
        good | {"id": text},
        good | {"type": text},
        good | {"op": text},
        good | {text: 1},
        {"id": text},
        text,
        [text],
    ]
    answer = sync(alice, *bad, put("entry", entry(time_zone=text)), good)
    assert statuses(answer) == ["invalid"] * 8 + ["stored"]


def test_two_phones_and_a_caregiver_converge(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    hers = f"patients/{alice.patient_id}/sync"
    phone, tablet = entry(worst_pain=1), entry(worst_pain=2)
    first = sync(alice, put("entry", phone))
    second = sync(alice, put("entry", tablet), put("entry", phone | {"worst_pain": 9}))
    assert statuses(second) == ["stored", "conflict"]
    third = sync(bob, delete("entry", tablet["id"]), put("event", event()), path=hers)
    assert statuses(third) == ["deleted", "stored"]
    seen = {
        change["id"]: change["op"]
        for cursor in (first.body["cursor"], None)
        for change in sync(alice, cursor=cursor).body["changes"]
    }
    assert seen[tablet["id"]] == "delete"
    heard_on_phone = sync(alice, cursor=first.body["cursor"]).body["changes"]
    assert [change["op"] for change in heard_on_phone] == ["delete", "put"]
    assert heard_on_phone[1]["data"]["recorded_by"] == str(bob.id)


def test_a_batch_takes_a_constant_number_of_statements(
    alice: Person, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    def batch(size: int) -> list[Any]:
        return [
            change
            for _ in range(size)
            for change in (put("entry", full_entry()), put("treatment", treatment()), put("event", event()))
        ]

    sync(alice, put("entry", entry()))
    with django_assert_max_num_queries(20) as few:
        sync(alice, *batch(1))
    with django_assert_num_queries(len(few.captured_queries)):
        sync(alice, *batch(100))
