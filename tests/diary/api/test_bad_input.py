"""Bad input, and the answer: row by row, over HTTP."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Person, send
from tests.diary.recordings import entry, event, full_entry, treatment


def put(person: Person, **fields: Any) -> Any:
    body = entry(**fields)
    return person.put(f"patients/me/entries/{entry()['id'] if 'id' in fields else body['id']}", body)


BROKEN = {
    "200 KB of [": b"[" * 60_000,
    "truncated": b'{"id": ',
    "invalid UTF-8": b'{"note": "\xff"}',
    "an encoded surrogate": b'{"note": "\xed\xa0\x80"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "NaN": b'{"weight_kg": NaN}',
    "Infinity": b'{"weight_kg": -Infinity}',
    "1e999": b'{"weight_kg": 1e999}',
    "a 5,000-digit integer": b'{"worst_pain": ' + b"1" * 5000 + b"}",
    "duplicate keys": b'{"worst_pain": 1, "worst_pain": 1}',
    "duplicate keys deep down": b'{"symptoms": {"cough": true, "cough": true}}',
    "two values": b"{} {}",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"entry"',
    "nothing": b"",
    "a comment": b"{} // note",
    "single quotes": b"{'id': 1}",
}


NO_SCORES: list[Any] = [-1, 11, 5.7, "5", True, "٥", [5], {}]


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_broken_json_is_400(alice: Person, body: bytes) -> None:
    answer = alice.put(f"patients/me/entries/{entry()['id']}", body)
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[(score, value) for score in ("worst_pain", "night_pain") for value in NO_SCORES],
        ("movement_pain", 10**25),
        ("id", 5),
        ("id", "5"),
        ("id", "0198c0de00007000800000000000000f"),
        ("id", None),
        *[
            ("date", value)
            for value in (
                "2026-W01-1",
                "20260101",
                "２０２６-01-01",
                "2026-02-30",
                "0000-01-01",
                "2026-1-1",
                "2026-01-01T00:00:00Z",
                20260101,
                "1899-12-31",
                "",
                None,
            )
        ],
        *[
            ("recorded_at", value)
            for value in (
                "2026-03-29T08:30:00",
                "2026-03-29",
                "2026-03-29 08:30:00Z",
                "2026-03-29T08:30:00+0200",
                "2026-03-29T08:30Z",
                "2026-03-29T25:00:00Z",
                "1899-12-31T23:59:59Z",
                "3000-01-01T00:00:00Z",
                1774766400,
            )
        ],
        *[
            ("time_zone", value)
            for value in (
                "Mars/Olympus",
                "europe/madrid",
                "",
                "+15:00",
                "GMT+2:75",
                "02:00",
                "../etc/passwd",
                "CET\x01",
            )
        ],
        ("woke_from_sleep", "yes"),
        ("woke_from_sleep", 1),
        ("sites", "neck"),
        ("weight_kg", 1.9),
        ("weight_kg", 500.1),
        ("weight_kg", 500.006),
        ("weight_kg", "71"),
        ("weight_kg", True),
        ("weight_kg", 10**400),
        ("note", "x" * 4001),
        ("note", 5),
        ("symptoms", []),
        ("treatments_taken", []),
        ("patient", "me"),
        ("raised", []),
    ],
)
def test_a_field_that_holds_what_it_must_not_is_named(alice: Person, field: str, value: Any) -> None:
    answer = put(alice, **{field: value})
    assert (answer.status, answer.pointers) == (400, {f"/{field}"})


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ({"sites": ["neck", "elbow"]}, {"/sites/1"}),
        ({"sites": ["neck", "neck"]}, {"/sites"}),
        ({"qualities": [None]}, {"/qualities/0"}),
        ({"symptoms": {"cough": 0, "fever": 1}}, {"/symptoms/cough", "/symptoms/fever"}),
        ({"symptoms": {"hiccups": True}}, {"/symptoms/hiccups"}),
        ({"treatments_taken": {"aspirin": True}}, {"/treatments_taken/aspirin"}),
        ({"treatments_taken": {"0198c0de00007000800000000000000f": True}}, {"/treatments_taken"}),
        ({"note": "a\x00b"}, {"/note"}),
        ({"note": "\ud800"}, {"/note"}),
        ({"treatments_taken": {"\x00": True}}, {"/treatments_taken"}),
    ],
)
def test_a_fault_deep_inside_is_named_where_it_is(alice: Person, fields: Any, pointers: set[str]) -> None:
    answer = put(alice, **fields)
    assert (answer.status, answer.pointers) == (400, pointers)


def test_all_faults_are_named_at_once_and_nothing_is_repeated(alice: Person) -> None:
    bad = entry(worst_pain="canary-1", note=["canary-2"], **{"I feel canary-3": 1}, surprise="canary-4")
    del bad["date"]
    answer = alice.put(f"patients/me/entries/{bad['id']}", bad)
    assert answer.pointers == {"/worst_pain", "/note", "/date", "/surprise", ""}
    assert {error["code"] for error in answer.body["errors"]} == {"invalid_type", "required", "unknown_field"}
    assert "canary" not in json.dumps(answer.body)


@pytest.mark.parametrize(
    ("kind", "body", "pointers"),
    [
        ("treatments", treatment(stopped_on="2026-02-28"), {"/stopped_on"}),
        ("treatments", treatment(name=""), {"/name"}),
        ("treatments", treatment(daily_dose=0), {"/daily_dose"}),
        ("treatments", treatment(kind="magic"), {"/kind"}),
        ("events", event(kind="party"), {"/kind"}),
        ("events", event(site="elbow"), {"/site"}),
        ("events", event(assessed_pain=11), {"/assessed_pain"}),
    ],
)
def test_treatments_and_events_are_held_to_theirs(
    alice: Person, kind: str, body: dict[str, Any], pointers: set[str]
) -> None:
    answer = alice.put(f"patients/me/{kind}/{body['id']}", body)
    assert (answer.status, answer.pointers) == (400, pointers)


def test_the_id_in_the_body_must_be_the_one_in_the_address(alice: Person) -> None:
    answer = alice.put(f"patients/me/entries/{entry()['id']}", entry())
    assert (answer.status, answer.pointers) == (400, {"/id"})


def test_dates_reach_to_tomorrow_where_the_day_begins_first(alice: Person) -> None:
    tomorrow = (timezone.now() + timedelta(hours=14)).date() + timedelta(days=1)
    assert put(alice, date=str(tomorrow)).status == 201
    assert put(alice, date=str(tomorrow + timedelta(days=1))).pointers == {"/date"}
    assert put(alice, date="1900-01-01").status == 201


@pytest.mark.parametrize("years", [-5, 5])
def test_a_phone_clock_five_years_off_is_stored_and_marked(alice: Person, years: int) -> None:
    now = timezone.now()
    recorded_at = now + timedelta(days=365 * years)
    answer = put(alice, date=str(now.date()), recorded_at=recorded_at.isoformat())
    assert answer.status == 201
    assert answer.body["clock_skew_seconds"] == pytest.approx(365 * years * 86_400, abs=60)
    assert answer.body["received_at"][:4] == str(now.year)


def test_an_entry_that_was_written_weeks_ago_offline_is_not_marked(alice: Person) -> None:
    assert put(alice).body["clock_skew_seconds"] is None


def test_a_body_over_64_kib_is_413(alice: Person) -> None:
    path = f"patients/me/entries/{entry()['id']}"
    answer = alice.put(path, b" " * (64 * 1024 + 1))
    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/problem+json")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded"},
        {"Content_Type": "application/json; charset=latin-1"},
        {"Content_Type": ""},
        {"Content_Encoding": "gzip"},
    ],
)
def test_other_encodings_and_types_are_415(alice: Person, headers: dict[str, str]) -> None:
    sent = entry()
    body = gzip.compress(json.dumps(sent).encode()) if "Content_Encoding" in headers else json.dumps(sent).encode()
    assert alice.put(f"patients/me/entries/{sent['id']}", body, **headers).status == 415


@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", "application/json;charset=utf-8"])
def test_utf_8_may_be_said_aloud(alice: Person, content_type: str) -> None:
    sent = entry()
    assert alice.put(f"patients/me/entries/{sent['id']}", sent, Content_Type=content_type).status == 201


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "patients/me/entries", "GET, HEAD"),
        ("PATCH", "patients/me/profile-", None),
        ("PUT", "patients/me/profile", "GET, PATCH, HEAD"),
        ("GET", "patients/me/sync", "POST"),
        ("TRACE", "patients/me/sync", "POST"),
    ],
)
def test_another_method_is_405_with_those_there_are(alice: Person, method: str, path: str, allowed: str | None) -> None:
    answer = alice.send(method, path)
    assert answer.status == (405 if allowed else 404)
    assert answer.headers.get("Allow") == allowed
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "patients/me/entries/",
        "patients/me/entries/5",
        "patients/me/entries/%00",
        "patients/%00/entries",
        "patients/ME/entries",
        "patients/me/moods",
        "nowhere",
    ],
)
def test_an_address_that_is_none_is_404(alice: Person, path: str) -> None:
    answer = alice.get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "query",
    [
        "limit=-1",
        "limit=0",
        "limit=1e9",
        "limit=501",
        "limit=٥",
        "limit=5&limit=5",
        "limit=",
        "cursor=bent",
        "cursor=",
        "ordering=note",
        "from=2026-02-30",
        "from=yesterday",
        "to=20260101",
        "from=%00",
        "cursor=%00",
        "a%00b=1",
    ],
)
def test_a_query_that_the_list_does_not_have_is_400(alice: Person, query: str) -> None:
    answer = alice.get(f"patients/me/entries?{query}")
    assert (answer.status, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_a_single_resource_has_no_query(alice: Person) -> None:
    sent = entry()
    path = f"patients/me/entries/{sent['id']}?version=1"
    assert [alice.put(path, sent).status, alice.get(path).status, alice.delete(path).status] == [400, 400, 400]


def test_a_note_of_4000_characters_comes_back_identical(alice: Person) -> None:
    note = ("👩‍⚕️é\u200f שלום\u202e 痛み " * 400)[:4000]
    sent = full_entry(note=note)
    alice.put(f"patients/me/entries/{sent['id']}", sent)
    assert alice.get(f"patients/me/entries/{sent['id']}").body["note"] == note


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Basic abc", "Token abc", "Bearer " + "x" * 5000])
def test_without_a_good_token_nothing_is_said(alice: Person, authorization: str) -> None:
    for path in ("patients/me/entries", f"patients/{alice.patient_id}/entries"):
        answer = send("GET", path, Authorization=authorization)
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.headers["Content-Type"] == "application/problem+json"
