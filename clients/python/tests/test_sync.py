"""What becomes of the queue when things go wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
from device import device
from service import Service, problem_answer, problem_of

from symptom_diary_client import MemorySecrets


def test_an_answer_that_never_arrived_the_same_goes_up_again_and_is_there_once() -> None:
    service = Service(fates=["lost after"])
    alice = device(service)
    entry = alice.diary.record(worst_pain=3).content
    assert alice.diary.sync().outcome == "later"
    assert alice.diary.sync().outcome == "done"
    assert service.asked[0]["changes"] == service.asked[1]["changes"]
    assert service.rows[entry["id"]].version == 1
    assert alice.diary.status().waiting == 0


def test_a_change_that_is_refused_holds_back_nothing_stays_and_can_be_put_right() -> None:
    def refuses(change: dict[str, Any]) -> dict[str, Any] | None:
        errors = [{"pointer": "/data/worst_pain", "code": "invalid_value", "detail": "0 to 10"}]
        return problem_of(400, errors=errors) if change["data"].get("worst_pain") == 11 else None

    service = Service(refuses=refuses)
    alice = device(service)
    bad = alice.diary.record(worst_pain=11).content
    good = alice.diary.record(worst_pain=5).content
    assert alice.diary.sync().outcome == "done"
    assert good["id"] in service.rows
    assert [(one.id, one.problem["status"]) for one in alice.refused] == [(bad["id"], 400)]
    kept = alice.diary.get("entry", bad["id"])
    assert kept
    assert kept["worst_pain"] == 11
    alice.diary.change(bad["id"], worst_pain=10)
    alice.diary.sync()
    assert alice.diary.refused() == []
    row = service.rows[bad["id"]].data
    assert row
    assert row["worst_pain"] == 10


def test_what_was_refused_can_be_let_go() -> None:
    service = Service(refuses=lambda _: problem_of(400))
    alice = device(service)
    bad = alice.diary.record(worst_pain=11).content
    alice.diary.sync()
    alice.diary.let_go("entry", bad["id"])
    assert alice.diary.get("entry", bad["id"]) is None


def test_a_request_that_is_too_large_for_something_on_the_way_goes_up_in_parts() -> None:
    def too_large(asked: dict[str, Any]) -> httpx.Response | None:
        return problem_answer(413) if len(asked["changes"]) > 3 else None

    service = Service(fates=[too_large] * 12)
    alice = device(service)
    for pain in range(10):
        alice.diary.record(worst_pain=pain)
    assert alice.diary.sync().outcome == "done"
    assert len(service.rows) == 10


def test_one_change_that_is_refused_as_a_whole_request_is_put_aside() -> None:
    service = Service(fates=[problem_answer(413), problem_answer(413)])
    alice = device(service)
    alice.diary.record(worst_pain=1)
    alice.diary.record(worst_pain=2)
    assert alice.diary.sync().outcome == "done"
    assert (len(service.rows), len(alice.refused)) == (1, 1)


def test_retry_after_is_honoured_also_by_an_impatient_tap() -> None:
    service = Service(fates=[problem_answer(429, {"Retry-After": "60"})])
    alice = device(service)
    alice.diary.record(worst_pain=3)
    synced = alice.diary.sync()
    assert synced.outcome == "later"
    assert synced.retry_at
    assert synced.retry_at >= alice.now + timedelta(seconds=60)
    alice.diary.sync()
    assert len(service.asked) == 1
    alice.now = synced.retry_at
    assert alice.diary.sync().outcome == "done"


def test_without_a_network_each_wait_is_longer_and_the_next_request_smaller() -> None:
    service = Service(fates=["lost before"] * 3)
    alice = device(service)
    waits = []
    for _ in range(3):
        retry_at = alice.diary.sync().retry_at
        assert retry_at
        waits.append((retry_at - alice.now).total_seconds())
    assert waits == [0.75, 1.5, 3.0]


def test_an_ended_session_keeps_everything_and_says_so() -> None:
    ends: list[str] = []
    service = Service(fates=[problem_answer(401)])
    alice = device(service, on_signed_out=lambda: ends.append("ended"))
    alice.diary.record(worst_pain=3)
    assert alice.diary.sync().outcome == "signed_out"
    assert (ends, alice.diary.status().waiting) == (["ended"], 1)


def test_who_is_not_signed_in_sends_nothing() -> None:
    service = Service()
    alice = device(service, secrets=MemorySecrets())
    alice.diary.record(worst_pain=3)
    assert alice.diary.sync().outcome == "signed_out"
    assert service.asked == []


def test_a_diary_that_this_account_may_not_see_is_said_to_be_that() -> None:
    alice = device(Service(fates=[problem_answer(404)]), patient="0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b15")
    assert alice.diary.sync().outcome == "not_found"


def test_what_others_wrote_comes_in_pages() -> None:
    service = Service(page=2)
    other = device(service)
    for pain in range(5):
        other.diary.record(worst_pain=pain)
    other.diary.sync()
    alice = device(service)
    assert alice.diary.sync().outcome == "done"
    assert {entry.get("worst_pain") for entry in alice.diary.list("entry")} == {0, 1, 2, 3, 4}


def test_a_day_that_is_full_stays_on_the_device_and_is_tried_again_later() -> None:
    def full(change: dict[str, Any]) -> dict[str, Any] | None:
        return problem_of(429) if change["data"]["worst_pain"] == 3 else None

    service = Service(refuses=full)
    alice = device(service)
    alice.diary.record(worst_pain=3)
    alice.diary.record(worst_pain=4)
    synced = alice.diary.sync()
    assert (synced.outcome, synced.retry_at) == ("later", alice.now + timedelta(hours=1))
    assert alice.diary.status().waiting == 1


def test_a_service_that_was_restored_gets_back_what_it_has_forgotten() -> None:
    service = Service()
    alice = device(service)
    entry = alice.diary.record(worst_pain=3).content
    alice.diary.sync()
    restored = Service(
        fates=[problem_answer(400, errors=[{"pointer": "/cursor", "code": "invalid_value", "detail": ""}])]
    )
    again = device(restored, alice.store)
    assert again.diary.sync().outcome == "done"
    assert entry["id"] in restored.rows


def test_an_id_in_capitals_is_the_same() -> None:
    alice = device(Service())
    id = "0198C0DE-7D5A-7C3E-9F2B-3A1F6F5F0B15"
    alice.diary.put("event", {"id": id, "kind": "fall", "date": "2026-03-01"})
    alice.diary.sync()
    assert alice.diary.get("event", id)
    assert len(alice.diary.list("event")) == 1


def test_a_list_is_by_date_and_has_both_ends() -> None:
    alice = device(Service())
    for day in ("2026-02-03", "2026-02-01", "2026-02-02", "2026-02-04"):
        alice.diary.record(date=day)
    days = [entry["date"] for entry in alice.diary.list("entry", since="2026-02-02", until="2026-02-03")]
    assert days == ["2026-02-02", "2026-02-03"]
