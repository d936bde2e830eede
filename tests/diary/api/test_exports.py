"""The diary in other forms: out as a document and as tables, and in again."""

import json
import time
from typing import Any
from uuid import uuid4

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from backend.local.embedded.server import free_port
from diary.format import document
from diary.models import AccessLine
from tests.cast import Person, send
from tests.diary.recordings import entry, event, full_entry, treatment
from tests.downloads import download


def put(person: Person, kind: str, sent: dict[str, Any]) -> dict[str, Any]:
    assert person.put(f"patients/me/{kind}/{sent['id']}", sent).status == 201
    return sent


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


@pytest.fixture
def diary(alice: Person) -> Person:
    """Alice's, with something of each kind, and something deleted."""
    alice.patch("patients/me/profile", {"birth_year": 1961, "smoking": "former"})
    put(alice, "entries", full_entry(date="2026-03-01"))
    put(alice, "entries", entry(date="2026-03-02", note="=1+1"))
    put(alice, "treatments", treatment(started_on="2026-02-01", stopped_on="2026-03-01"))
    put(alice, "events", event(date="2026-03-02"))
    gone = put(alice, "entries", entry(date="2026-03-01"))
    alice.delete(f"patients/me/entries/{gone['id']}")
    return alice


def test_the_document_is_what_the_diary_document_says(diary: Person) -> None:
    file = download(diary, "patients/me/export.json")
    parsed = document.parse(file.content)
    assert file.content_type == "application/json"
    assert file.disposition == 'attachment; filename="symptom-diary.json"'
    assert (str(parsed.patient.id), parsed.patient.birth_year) == (str(diary.patient_id), 1961)
    assert (len(parsed.entries), len(parsed.treatments), len(parsed.events)) == (2, 1, 1)


def test_an_empty_diary_is_a_document_too(alice: Person) -> None:
    body = download(alice, "patients/me/export.json").json
    assert body == {
        "format": "symptom-diary/1",
        "patient": {"id": str(alice.patient_id)},
        "entries": [],
        "treatments": [],
        "events": [],
    }


@pytest.mark.parametrize(
    ("query", "entries", "treatments", "events"),
    [
        ("from=2026-03-01&to=2026-03-01", 1, 1, 0),
        ("from=2026-03-02", 1, 0, 1),
        ("to=2026-02-28", 0, 1, 0),
        ("to=2026-01-31", 0, 0, 0),
    ],
)
def test_a_span_leaves_out_what_is_not_about_it(
    diary: Person, query: str, entries: int, treatments: int, events: int
) -> None:
    body = download(diary, f"patients/me/export.json?{query}").json
    assert [len(body[name]) for name in ("entries", "treatments", "events")] == [entries, treatments, events]


def test_more_than_a_page_comes_whole_and_in_order(alice: Person) -> None:
    changes = [
        {"type": "entry", "op": "put", "id": one["id"], "data": one}
        for one in (entry(date=f"2026-03-{1 + number % 28:02}") for number in range(1000))
    ]
    alice.post("patients/me/sync", {"cursor": None, "changes": changes})
    alice.post("patients/me/sync", {"cursor": None, "changes": [change_of(entry(date="2026-03-29"))]})
    entries = download(alice, "patients/me/export.json").json["entries"]
    assert len(set(ids(entries))) == 1001
    assert [(one["date"], one["id"]) for one in entries] == sorted((one["date"], one["id"]) for one in entries)
    assert len(download(alice, "patients/me/export.csv").table) == 1001


def change_of(sent: dict[str, Any]) -> dict[str, Any]:
    return {"type": "entry", "op": "put", "id": sent["id"], "data": sent}


def test_the_table_of_entries_has_a_column_for_every_question(diary: Person) -> None:
    file = download(diary, "patients/me/export.csv")
    full, second = file.table
    assert file.content_type == "text/csv; charset=utf-8; header=present"
    assert (full["worst_pain"], full["woke_from_sleep"], full["worse_lying_down"]) == ("7", "yes", "no")
    assert (full["sites"], full["cough"], full["fatigue"], full["fever"]) == ("lower_back left_flank", "yes", "no", "")
    assert (full["date"], full["recorded_at"]) == ("2026-03-01", "2026-03-29T08:30:00+02:00")
    assert full["note"] == "Woke at four. 👩‍⚕️ said: wait."
    assert (second["worst_pain"], second["sites"], second["version"]) == ("", "", "1")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_nothing_in_a_table_is_run_by_a_spreadsheet(alice: Person, start: str) -> None:
    note = f'{start}cmd|"/c calc"!A1'
    put(alice, "entries", entry(note=note))
    put(alice, "treatments", treatment(name=note, dose_unit=note[:40]))
    assert download(alice, "patients/me/export.csv").table[0]["note"] == f"'{note}"
    tried = download(alice, "patients/me/export.csv?table=treatments").table[0]
    assert (tried["name"], tried["dose_unit"]) == (f"'{note}", f"'{note[:40]}")


def test_each_kind_has_its_table(diary: Person) -> None:
    assert download(diary, "patients/me/export.csv?table=treatments").table[0]["name"] == "Ibuprofen"
    assert download(diary, "patients/me/export.csv?table=events").table[0]["kind"] == "doctor_visit"


@pytest.mark.parametrize(
    "query", ["table=users", "from=1", "to=2026-02-30", "limit=1", "from=2026-01-01&from=2026-01-02"]
)
@pytest.mark.parametrize("name", ["export.csv"])
def test_a_query_that_makes_no_sense_is_refused(alice: Person, name: str, query: str) -> None:
    assert alice.get(f"patients/me/{name}?{query}").status == 400


@pytest.mark.parametrize(("level", "status"), [("alerts", 404), ("read", 200), ("log", 200)])
@pytest.mark.parametrize("name", ["export.json", "export.csv"])
def test_who_may_read_the_diary_may_export_it(
    alice: Person, bob: Person, charlie: Person, name: str, level: Any, status: int
) -> None:
    bob.cares_for(alice, level)
    path = f"patients/{alice.patient_id}/{name}"
    assert bob.get(path).status == status
    assert charlie.get(path).body == charlie.get(f"patients/{uuid4()}/{name}").body
    assert (charlie.get(path).status, send("GET", path).status) == (404, 401)


def test_what_was_exported_can_be_imported_anywhere(diary: Person, dana: Person) -> None:
    file = download(diary, "patients/me/export.json")
    answer = dana.post("patients/me/import", file.content)
    assert answer.status == 200
    assert answer.body == {
        "kind": "diary",
        "entries": {"stored": 2, "unchanged": 0, "conflict": 0, "deleted": 0},
        "treatments": {"stored": 1, "unchanged": 0, "conflict": 0, "deleted": 0},
        "events": {"stored": 1, "unchanged": 0, "conflict": 0, "deleted": 0},
        "profile": "changed",
        "conflicts": [],
        "raised": [],
        "left_out": {"passed_over": 0, "not_understood": 0, "first": []},
    }
    again = download(dana, "patients/me/export.json")
    assert again.json | {"patient": None} == file.json | {"patient": None}
    assert again.json["patient"] == file.json["patient"] | {"id": str(dana.patient_id)}


def test_the_same_document_again_changes_nothing(diary: Person) -> None:
    file = download(diary, "patients/me/export.json")
    before = diary.get("patients/me/entries").body
    answer = diary.post("patients/me/import", file.content).body
    assert (answer["entries"]["unchanged"], answer["profile"]) == (2, "unchanged")
    assert diary.get("patients/me/entries").body == before


def test_what_stands_stays_and_what_was_deleted_stays_so(diary: Person) -> None:
    exported = download(diary, "patients/me/export.json").json
    first, second = exported["entries"]
    diary.delete(f"patients/me/entries/{first['id']}")
    second["worst_pain"] = 9
    exported["patient"]["smoking"] = "never"
    answer = diary.post("patients/me/import", exported).body
    assert answer["entries"] == {"stored": 0, "unchanged": 0, "conflict": 1, "deleted": 1}
    assert answer["conflicts"] == [{"type": "entry", "id": second["id"]}]
    assert diary.get(f"patients/me/entries/{second['id']}").body["worst_pain"] is None
    assert diary.get("patients/me/profile").body["smoking"] == "former"


def test_a_caregiver_imports_the_diary_and_not_the_profile(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    given = {"format": "symptom-diary/1", "patient": {"smoking": "never"}, "entries": [entry()]}
    answer = bob.post(f"patients/{alice.patient_id}/import", given).body
    assert (answer["entries"]["stored"], answer["profile"]) == (1, "not_yours")
    assert alice.get("patients/me/profile").body["smoking"] is None
    assert alice.get("patients/me/entries").body["items"][0]["recorded_by"] == str(bob.id)


@pytest.mark.parametrize(("level", "status"), [("alerts", 404), ("read", 404), ("log", 200)])
def test_who_may_write_the_diary_may_import(
    alice: Person, bob: Person, charlie: Person, level: Any, status: int
) -> None:
    bob.cares_for(alice, level)
    path = f"patients/{alice.patient_id}/import"
    given = {"format": "symptom-diary/1", "patient": {}}
    assert [bob.post(path, given).status, charlie.post(path, given).status] == [status, 404]
    assert send("POST", path, given).status == 401


def test_an_import_larger_than_a_batch_is_stored_whole_and_told_in_one_line(alice: Person) -> None:
    given = {"format": "symptom-diary/1", "patient": {}, "entries": [entry() for _ in range(1500)]}
    assert alice.post("patients/me/import", given).body["entries"]["stored"] == 1500
    line = AccessLine.objects.get()
    assert (line.action, line.resource) == ("imported", "document")


def test_a_danger_sign_in_a_document_is_raised_in_the_answer(alice: Person) -> None:
    today = timezone.now().date().isoformat()
    sign = entry(date=today, recorded_at=f"{today}T00:00:00Z", symptoms={"saddle_numbness": True})
    given = {"format": "symptom-diary/1", "patient": {}, "entries": [sign]}
    assert [one["rule"] for one in alice.post("patients/me/import", given).body["raised"]] == ["cauda_equina"]


@pytest.mark.parametrize(
    ("given", "pointers"),
    [
        ({"patient": {}}, {"/format"}),
        ({"format": "symptom-diary/1"}, {"/patient"}),
        ({"format": "symptom-diary/1", "patient": {}, "entries": [{"id": 5}]}, None),
        ({"format": "symptom-diary/1", "patient": {"shoe_size": 43}}, {"/patient/shoe_size"}),
        ({"format": "symptom-diary/1", "patient": {}, "users": []}, {"/users"}),
        ([], {""}),
    ],
)
def test_a_document_with_faults_stores_nothing_and_names_them(
    alice: Person, given: Any, pointers: set[str] | None
) -> None:
    answer = alice.post("patients/me/import", given)
    assert answer.status == 400
    assert pointers is None or answer.pointers == pointers
    assert alice.get("patients/me/entries").body["items"] == []


def test_what_is_no_document_is_refused(alice: Person) -> None:
    path = "patients/me/import"
    assert alice.post(path, b"[" * 60_000).status == 400
    assert alice.post(path, b'{"format": 1, "format": 1}').status == 400
    assert alice.post(path, b" " * (32 * 1024 * 1024 + 1)).status == 413
    assert alice.post(path, b"{}", **{"Content-Type": "text/csv"}).status == 415
    assert alice.get(path).status == 405


def test_an_export_takes_the_same_statements_for_one_row_as_for_many(
    alice: Person, django_assert_num_queries: Any
) -> None:
    put(alice, "entries", full_entry())
    with django_assert_num_queries(6):
        download(alice, "patients/me/export.json")
    changes = [change_of(full_entry()) for _ in range(100)]
    alice.post("patients/me/sync", json.dumps({"cursor": None, "changes": changes}).encode())
    with django_assert_num_queries(6):
        download(alice, "patients/me/export.json")


@pytest.mark.parametrize("path", ["account/export", "patients/me/export.json", "patients/me/export.csv"])
def test_an_account_has_one_export_at_a_time(diary: Person, path: str) -> None:
    dana = Person("Dana")
    first = ask_for("patients/me/export.json", diary)
    lines = AccessLine.objects.count()
    refused = diary.get(path)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "30")
    assert AccessLine.objects.count() == lines
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert diary.get("patients/me/entries").status == 200
    assert download(dana, path)
    end(first)
    assert download(diary, path)


def test_a_process_that_dies_keeps_out_the_next_export_for_a_while_only(
    diary: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diary.api.framework.one_at_a_time.LEASE_SECONDS", 0.2)
    died = ask_for("account/export", diary)
    time.sleep(0.3)
    after = ask_for("account/export", diary)
    end(died)
    assert diary.get("account/export").status == 429
    end(after)


def test_without_redis_exports_are_made(diary: Person, settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    assert download(diary, "account/export")


def end(answer: Any) -> None:
    """As a server does when the answer went or broke off, but for the database's connection, which is the test's."""
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)


def ask_for(path: str, person: Person) -> Any:
    """An answer that is not read yet."""
    return Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {person.token}"})
