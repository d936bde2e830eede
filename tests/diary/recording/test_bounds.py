"""Bounds that no one honest meets: what goes beyond them is refused, and its danger signs are answered."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from diary.models import Entry, Patient
from diary.recording import bounds
from tests.cast import Answer, Person

TODAY = date(2026, 6, 1)


def an_entry(day: date = TODAY, **answers: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "date": day.isoformat(),
        "recorded_at": f"{day.isoformat()}T08:00:00Z",
        "time_zone": "UTC",
        **answers,
    }


def put(person: Person, entry: dict[str, Any], **headers: str) -> Answer:
    return person.put(f"patients/me/entries/{entry['id']}", entry, **headers)


def days(count: int, **answers: Any) -> list[dict[str, Any]]:
    """As many entries, each of another day."""
    return [an_entry(TODAY - timedelta(days=day), **answers) for day in range(count)]


def sync(person: Person, *entries: dict[str, Any], delete: tuple[str, ...] = ()) -> Any:
    puts = [{"type": "entry", "op": "put", "id": entry["id"], "data": entry} for entry in entries]
    deletes = [{"type": "entry", "op": "delete", "id": id_} for id_ in delete]
    answer = person.post("patients/me/sync", {"cursor": None, "changes": [*deletes, *puts]})
    assert answer.status == 200
    return answer.body["results"]


@pytest.fixture
def five_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A diary holds no more."""
    monkeypatch.setattr(bounds, "ROWS", 5)


def test_a_full_diary_takes_no_new_rows_and_answers_their_danger_signs(alice: Person, five_rows: None) -> None:
    kept = days(5)
    sync(alice, *kept)
    numb = an_entry(TODAY, symptoms={"saddle_numbness": True})
    refused = put(alice, numb)
    assert (refused.status, "full" in refused.body["detail"], "Retry-After" in refused.headers) == (429, True, False)
    assert [(sign["rule"], sign["stored"]) for sign in refused.body["raised"]] == [("cauda_equina", False)]
    assert Entry.objects.count() == 5


def test_in_a_full_diary_what_is_stored_can_be_repeated_edited_and_deleted(alice: Person, five_rows: None) -> None:
    kept = days(5)
    sync(alice, *kept)
    assert put(alice, kept[0]).status == 200
    assert put(alice, kept[0] | {"worst_pain": 3}, If_Match='"1"').status == 200
    assert alice.delete(f"patients/me/entries/{kept[1]['id']}").status == 204
    assert put(alice, an_entry()).status == 429  # the tombstone stays
    assert alice.delete(f"patients/me/entries/{uuid4()}").status == 204
    assert Entry.objects.count() == 5  # and nothing was there to leave another one


def test_in_a_sync_each_change_has_its_own_answer(alice: Person, five_rows: None) -> None:
    results = sync(alice, *days(7, symptoms={"saddle_numbness": True}), delete=(str(uuid4()),))
    assert [one["status"] for one in results] == ["deleted", *["stored"] * 4, *["invalid"] * 3]
    assert {one["problem"]["status"] for one in results[5:]} == {429}
    assert all(one["raised"] for one in results[1:])
    assert Entry.objects.count() == 5


def test_one_date_takes_so_many_entries(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "ROWS_OF_A_DATE", 3)
    kept = [an_entry(), an_entry(), an_entry()]
    assert [one["status"] for one in sync(alice, *kept)] == ["stored"] * 3
    assert put(alice, an_entry()).status == 429
    assert put(alice, kept[0] | {"worst_pain": 3}, If_Match="*").status == 200
    moved = an_entry(TODAY - timedelta(days=1))
    assert put(alice, moved).status == 201
    assert put(alice, moved | {"date": TODAY.isoformat()}, If_Match="*").status == 429
    assert alice.delete(f"patients/me/entries/{kept[2]['id']}").status == 204
    assert put(alice, moved | {"date": TODAY.isoformat()}, If_Match="*").status == 200


def test_a_day_takes_so_many_writes_and_says_when_the_next_begins(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "WRITES_A_DAY", 3)
    first, *_ = kept = days(3)
    sync(alice, *kept)
    refused = put(alice, an_entry())
    assert refused.status == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert put(alice, first).status == 200
    assert put(alice, first | {"worst_pain": 1}, If_Match="*").status == 429
    assert alice.delete(f"patients/me/entries/{first['id']}").status == 204
    yesterday = TODAY - timedelta(days=1)
    Patient.objects.filter(pk=alice.patient_id).update(written_on=yesterday)
    assert put(alice, an_entry()).status == 201


def test_what_a_diary_within_its_bounds_exports_comes_in_elsewhere(
    alice: Person, bob: Person, five_rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "ROWS_OF_A_DATE", 3)
    document = {"format": "symptom-diary/1", "patient": {}, "entries": [*days(2), an_entry(), an_entry()]}
    answer = alice.post("patients/me/import", document)
    assert (answer.status, answer.body["entries"]["stored"]) == (200, 4)
    assert bob.post("patients/me/import", document).body["entries"]["stored"] == 4
    again = alice.post("patients/me/import", document)
    assert (again.status, again.body["entries"]["unchanged"]) == (200, 4)


def test_a_document_too_large_for_the_diary_is_refused_and_its_signs_are_answered(
    alice: Person, five_rows: None
) -> None:
    now = timezone.now().date()
    entries = [an_entry(now, symptoms={"collapse": True}), *days(5)]
    answer = alice.post("patients/me/import", {"format": "symptom-diary/1", "patient": {}, "entries": entries})
    assert answer.status == 429
    assert [sign["rule"] for sign in answer.body["raised"]] == ["breathing_emergency"]
    assert Entry.objects.count() == 5


def test_a_whole_diary_fits_into_one_day() -> None:
    assert bounds.WRITES_A_DAY > bounds.ROWS > 40 * 365 * 3


def test_rows_that_were_there_before_anything_was_counted_are_counted_once(alice: Person, five_rows: None) -> None:
    sync(alice, *days(4))
    Patient.objects.filter(pk=alice.patient_id).update(row_count=None)  # as a diary from an earlier version
    assert [put(alice, one).status for one in days(2)] == [201, 429]
    assert Patient.objects.get(pk=alice.patient_id).row_count == 5


def test_a_large_diary_takes_as_many_statements_as_a_small_one(alice: Person) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert put(alice, an_entry()).status == 201
        return len(captured)

    put(alice, an_entry())
    before = statements()
    sync(alice, *days(300))
    assert statements() == before
