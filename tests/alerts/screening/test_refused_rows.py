"""Refused is not unheard: who notes a danger sign reads what to do, also where the write could not be stored."""

from typing import Any, Final
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diary.models import Patient
from tests.alerts.refusals import (
    EACH_KIND,
    KINDS,
    SIGNS,
    Body,
    assert_advice,
    broken_back,
    change,
    day,
    entry,
    numb,
    put,
    rules,
    sync,
)
from tests.alerts.refusals import no_alert_and_no_message as no_alert_and_no_message
from tests.cast import Person

INVALID: Final[dict[str, Body]] = {
    "an unknown field": {"mood": "low"},
    "a text that cannot be stored": {"note": "a\x00b"},
    "half of a surrogate pair": {"note": "\ud800"},
    "a date ahead": {"date": "2999-01-01"},
    "a date that is none": {"date": "yesterday"},
    "no date": {"date": None},
    "an id that is none": {"id": "seven"},
}
INVALID_ENTRY: Final[dict[str, Body]] = {
    "a weight of 701 kg": {"weight_kg": 701},
    "a zone that is not known": {"time_zone": "Mars/Olympus"},
    "no time of writing": {"recorded_at": None},
    "a score of 11": {"worst_pain": 11},
    "a bad symptom beside it": {"symptoms": {"saddle_numbness": True, "cough": "yes"}},
}
INVALID_EVENT: Final[dict[str, Body]] = {
    "a score of 11": {"assessed_pain": 11},
    "a score that is a text": {"assessed_pain": "5"},
}
EVERY_FAULT: Final = [
    *((kind, what, broken) for kind in KINDS for what, broken in INVALID.items()),
    *(("entry", what, broken) for what, broken in INVALID_ENTRY.items()),
    *(("event", what, broken) for what, broken in INVALID_EVENT.items()),
]
FAULTS: Final = pytest.mark.parametrize(
    ("kind", "broken"), [pytest.param(kind, broken, id=f"{kind}: {what}") for kind, what, broken in EVERY_FAULT]
)


@FAULTS
def test_a_write_that_is_invalid_carries_the_signs_in_it(alice: Person, kind: str, broken: Body) -> None:
    body = SIGNS[kind][0]()
    answer = put(alice, kind, body | broken, id_=body["id"])
    assert answer.status == 400
    assert answer.pointers
    assert_advice(answer.body["raised"], kind)


@FAULTS
def test_a_change_that_is_invalid_carries_them_in_its_own_result(alice: Person, kind: str, broken: Body) -> None:
    body = SIGNS[kind][0]()
    bad = change(kind, body | broken, id=body["id"])
    harmless = change("entry", entry(worst_pain=2))
    answer = sync(alice, harmless, bad)
    good, refused = answer.body["results"]
    assert (good["status"], good["raised"]) == ("stored", [])
    assert refused["status"] == "invalid"
    assert_advice(refused["raised"], kind)


def test_what_the_person_reads_is_what_they_would_read_had_it_been_stored(alice: Person) -> None:
    Patient.objects.filter(pk=alice.patient_id).update(region="GB")
    (sign,) = put(alice, "entry", numb(weight_kg=701)).body["raised"]
    assert sign == {
        "alert": None,
        "rule": "cauda_equina",
        "tier": "emergency",
        "title": sign["title"],
        "advice": "Go to an emergency department now, or call 999. Don't wait, and don't drive yourself.",
        "call": "999",
        "state": None,
        "news": True,
        "stored": False,
    }


@EACH_KIND
@pytest.mark.parametrize(
    "broken",
    [
        {"if_version": 0},
        {"type": "mood"},
        {"type": None},
        {"type": "treatment"},
        {"op": "upsert"},
        {"op": "delete"},
        {"id": "seven"},
        {"surprise": 1},
    ],
    ids=str,
)
def test_a_change_that_is_wrapped_wrongly_is_read_all_the_same(alice: Person, kind: str, broken: Body) -> None:
    (result,) = sync(alice, change(kind, SIGNS[kind][0]()) | broken).body["results"]
    assert result["status"] == "invalid"
    assert_advice(result["raised"], kind)


@EACH_KIND
def test_a_change_that_calls_itself_the_other_kind_is_read_all_the_same(alice: Person, kind: str) -> None:
    other = "event" if kind == "entry" else "entry"
    body = SIGNS[kind][0]()
    assert_advice(sync(alice, change(other, body)).body["results"][0]["raised"], kind)
    assert_advice(put(alice, other, body).body["raised"], kind)


@EACH_KIND
def test_a_change_without_its_data_in_place_is_read_all_the_same(alice: Person, kind: str) -> None:
    flat = {"type": kind, "op": "put", **SIGNS[kind][0]()}
    assert_advice(sync(alice, flat).body["results"][0]["raised"], kind)


@EACH_KIND
def test_a_query_or_a_version_that_makes_no_sense_leaves_the_signs(alice: Person, kind: str) -> None:
    body = SIGNS[kind][0]()
    assert_advice(put(alice, kind, body, If_Match="newest").body["raised"], kind)
    assert_advice(alice.put(f"patients/me/{KINDS[kind]}/{body['id']}?dry_run=true", body).body["raised"], kind)


def harmless(kind: str) -> Body:
    return entry(worst_pain=1) if kind == "entry" else {"id": str(uuid4()), "kind": "imaging", "date": day()}


@EACH_KIND
def test_a_conflict_carries_the_signs_beside_what_stands(alice: Person, kind: str) -> None:
    stands = harmless(kind)
    assert put(alice, kind, stands).status == 201
    body = SIGNS[kind][0](id=stands["id"])
    answer = put(alice, kind, body)
    assert (answer.status, answer.body["current"]["id"]) == (409, stands["id"])
    assert_advice(answer.body["raised"], kind)
    (result,) = sync(alice, change(kind, body)).body["results"]
    assert result["status"] == "conflict"
    assert "raised" not in result["problem"]
    assert_advice(result["raised"], kind)


@EACH_KIND
def test_a_stale_version_carries_them(alice: Person, kind: str) -> None:
    stands = harmless(kind)
    put(alice, kind, stands)
    put(alice, kind, stands | {"note": "more"}, If_Match='"1"')
    body = SIGNS[kind][0](id=stands["id"])
    answer = put(alice, kind, body, If_Match='"1"')
    assert answer.status == 412
    assert_advice(answer.body["raised"], kind)
    (result,) = sync(alice, change(kind, body, if_version=1)).body["results"]
    assert (result["status"], result["problem"]["status"]) == ("conflict", 412)
    assert_advice(result["raised"], kind)


@EACH_KIND
def test_a_tombstone_silences_nothing(alice: Person, kind: str) -> None:
    body = SIGNS[kind][0]()
    assert alice.delete(f"patients/me/{KINDS[kind]}/{body['id']}").status == 204
    answer = put(alice, kind, body)
    assert answer.status == 410
    assert_advice(answer.body["raised"], kind)
    (result,) = sync(alice, change(kind, body)).body["results"]
    assert (result["status"], result["problem"]["status"]) == ("deleted", 410)
    assert_advice(result["raised"], kind)


@pytest.mark.parametrize("more", [{"cursor": "bent"}, {"cursor": 5}, {"surprise": 1}], ids=str)
def test_a_sync_that_is_refused_whole_carries_the_signs_of_all_changes_at_the_top(alice: Person, more: Body) -> None:
    blood = entry(symptoms={"coughing_blood": True})
    answer = sync(alice, change("entry", blood), change("event", broken_back()), change("entry", numb()), 5, **more)
    assert answer.status == 400
    assert rules(answer.body["raised"]) == ["cauda_equina", "fragility_fracture", "coughing_blood"]


def test_each_sign_is_told_once_and_the_most_severe_first(alice: Person) -> None:
    symptoms = {"coughing_blood": True, "collapse": True, "bladder_change": True, "bowel_change": True}
    raised = put(alice, "entry", entry(symptoms=symptoms, worst_pain=11)).body["raised"]
    assert rules(raised) == ["cauda_equina", "breathing_emergency", "coughing_blood"]
    assert [sign["tier"] for sign in raised] == ["emergency", "emergency", "urgent"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"symptoms": {"collapse": true}', "application/json", 400),
        (b'{"symptoms": {"collapse": true}, "symptoms": {}}', "application/json", 400),
        (b'{"symptoms": {"collapse": true}}', "text/plain", 415),
        (b'{"symptoms": {"collapse": true}}' + b" " * 64 * 1024, "application/json", 413),
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"symptoms": {"cough": true}}', "application/json", 400),
    ],
)
def test_the_list_is_empty_where_nothing_can_be_read(
    alice: Person, body: bytes, content_type: str, status: int
) -> None:
    for path in (f"patients/me/entries/{uuid4()}", f"patients/me/events/{uuid4()}"):
        answer = alice.send("PUT", path, body, **{"Content-Type": content_type})
        assert (answer.status, answer.body["raised"]) == (status, [])


def test_only_writes_that_carry_signs_have_the_list(alice: Person) -> None:
    assert "raised" not in alice.put(f"patients/me/treatments/{uuid4()}", {}).body
    assert "raised" not in alice.get(f"patients/me/entries/{uuid4()}").body
    assert "raised" not in alice.delete(f"patients/{uuid4()}/entries/{uuid4()}").body
    alice.user.is_active = False
    alice.user.save()
    answer = put(alice, "entry", numb())
    assert answer.status == 401
    assert "raised" not in answer.body


def test_a_refusal_repeats_nothing_of_what_was_written(alice: Person) -> None:
    answer = put(alice, "entry", numb(note="my secret words", weight_kg=701, mood="my secret mood"))
    assert "secret" not in str(answer.body)
    assert "saddle" not in str(answer.body)


def test_a_document_that_is_refused_carries_the_signs_of_its_last_days(alice: Person) -> None:
    document = {
        "format": "symptom-diary/1",
        "patient": {},
        "entries": [numb(), entry(days_ago=400, symptoms={"coughing_blood": True}), 5, entry(date=[])],
        "events": [broken_back(date=day(3), mood="low")],
    }
    answer = alice.post("patients/me/import", document)
    assert answer.status == 400
    assert rules(answer.body["raised"]) == ["cauda_equina", "fragility_fracture"]
    assert alice.post("patients/me/import", b"{}").body["raised"] == []


def test_a_thousand_refused_changes_take_as_many_statements_as_one(alice: Person) -> None:
    def statements(changes: list[Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = sync(alice, *changes)
        assert all(rules(result["raised"]) == ["cauda_equina"] for result in answer.body["results"])
        return len(captured)

    many = [change("entry", numb(**entry(days_ago=number % 14), weight_kg=701)) for number in range(1000)]
    assert statements(many[:1]) == statements(many)
