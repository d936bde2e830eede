"""What waits: edits of one resource are one, in requests that the service takes."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from device import MORNING, device
from service import Service

from symptom_diary_client import DeletedError, Store, new_id
from symptom_diary_client.content import says_the_same
from symptom_diary_client.queue.edit import edit
from symptom_diary_client.queue.kept import Wish


def many_entries(store: Store, count: int, **answers: Any) -> None:
    day = {"date": "2026-03-01", "recorded_at": "2026-03-01T08:00:00Z", "time_zone": "UTC"}
    with store.transaction() as rows:
        for _ in range(count):
            data = {"id": new_id(), **day, **answers}
            edit(rows, "entry", data["id"], Wish("put", data), now=MORNING.isoformat(), pressing=False)


def test_what_was_edited_before_it_went_up_goes_up_once_as_it_was_last() -> None:
    service = Service()
    alice = device(service)
    entry = alice.diary.record(worst_pain=3).content
    alice.diary.change(entry["id"], worst_pain=4)
    alice.diary.change(entry["id"], note="Walked to the market.")
    assert alice.diary.sync().outcome == "done"
    assert len(service.asked[0]["changes"]) == 1
    (row,) = service.rows.values()
    said = alice.diary.get("entry", entry["id"])
    assert row.data
    answered = {"worst_pain": 4, "note": "Walked to the market."}
    assert says_the_same(row.data, {**entry, **answered})
    assert said
    assert says_the_same(said, row.data)
    assert said["version"] == row.version


def test_what_was_deleted_before_it_went_up_never_goes_up() -> None:
    service = Service()
    alice = device(service)
    entry = alice.diary.record(worst_pain=3).content
    alice.diary.remove("entry", entry["id"])
    alice.diary.sync()
    assert service.asked[0]["changes"] == []
    assert alice.diary.list("entry") == []


def test_a_deletion_of_what_this_device_has_never_seen_goes_up_too() -> None:
    service = Service()
    alice = device(service)
    alice.diary.remove("entry", "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b15")
    alice.diary.sync()
    assert [(change["op"], change["if_version"]) for change in service.asked[0]["changes"]] == [("delete", None)]


def test_an_edit_of_what_the_service_has_says_which_version_it_replaces() -> None:
    service = Service()
    alice = device(service)
    entry = alice.diary.record(worst_pain=3).content
    alice.diary.sync()
    alice.diary.change(entry["id"], worst_pain=5)
    alice.diary.change(entry["id"], worst_pain=6)
    alice.diary.sync()
    assert [change["if_version"] for asked in service.asked for change in asked["changes"]] == [None, 1]
    assert service.rows[entry["id"]].version == 2


def test_an_edit_made_while_an_answer_is_missing_goes_up_after_it() -> None:
    service = Service(fates=["lost after"])
    alice = device(service)
    entry = alice.diary.record(worst_pain=3).content
    alice.diary.sync()
    alice.diary.change(entry["id"], worst_pain=9)
    alice.diary.sync()
    sent = [
        (change["data"]["worst_pain"], change["if_version"]) for asked in service.asked for change in asked["changes"]
    ]
    assert sent == [(3, None), (3, None), (9, 1)]
    assert service.rows[entry["id"]].version == 2


def test_a_deleted_id_cannot_be_written_again() -> None:
    alice = device(Service())
    entry = alice.diary.record(worst_pain=3).content
    alice.diary.sync()
    alice.diary.remove("entry", entry["id"])
    with pytest.raises(DeletedError):
        alice.diary.put("entry", entry)
    alice.diary.sync()
    with pytest.raises(DeletedError):
        alice.diary.put("entry", entry)


def test_more_than_1000_changes_go_up_in_several_requests() -> None:
    service = Service()
    alice = device(service)
    many_entries(alice.store, 1100, worst_pain=1)
    assert alice.diary.sync().outcome == "done"
    assert [len(asked["changes"]) for asked in service.asked if asked["changes"]] == [1000, 100]


def test_no_request_is_larger_than_2_mib_whatever_the_notes_are_made_of() -> None:
    service = Service()
    sizes: list[int] = []
    transport = service.transport

    def measured(request: httpx.Request) -> httpx.Response:
        sizes.append(len(request.content))
        return transport.handle_request(request)

    alice = device(service, transport=httpx.MockTransport(measured))
    many_entries(alice.store, 700, note="é\U0001f600" * 1300)
    assert alice.diary.sync().outcome == "done"
    assert len(service.rows) == 700
    assert len([size for size in sizes if size > 1000]) == 3
    assert max(sizes) <= 2 * 1024 * 1024


def test_half_a_surrogate_pair_does_not_keep_the_rest_on_the_device() -> None:
    service = Service()
    alice = device(service)
    alice.diary.record(note="\ud83d")
    alice.diary.record(note="whole")
    assert alice.diary.sync().outcome == "done"
    assert {row.data["note"] for row in service.rows.values() if row.data} == {"\ud83d", "whole"}


def test_danger_signs_go_first() -> None:
    service = Service()
    alice = device(service)
    alice.diary.record(worst_pain=3)
    entry = alice.diary.record(symptoms={"saddle_numbness": True}).content
    alice.diary.sync()
    assert service.asked[0]["changes"][0]["id"] == entry["id"]


def test_what_is_sent_is_what_somebody_wrote() -> None:
    service = Service()
    alice = device(service)
    entry = alice.diary.record(weight_kg=70.0999984741211).content
    alice.diary.sync()
    entry["note"] = "read and sent back"
    alice.diary.put("entry", entry)
    alice.diary.sync()
    sent = service.asked[-1]["changes"] or service.asked[-2]["changes"]
    assert sent[0]["data"]["weight_kg"] == 70.1
    assert "version" not in json.dumps(sent[0]["data"])
