"""The diary document: strict, and told all that is wrong with it."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from diary.format.document import encode, parse
from diary.format.strict_json import Invalid, Malformed
from tests.diary.recordings import entry, event, full_entry, treatment


def document(**parts: Any) -> dict[str, Any]:
    return {
        "format": "symptom-diary/1",
        "patient": {"birth_year": 1961, "smoking": "former"},
        "entries": [full_entry(), entry()],
        "treatments": [treatment()],
        "events": [event()],
        **parts,
    }


def refused(value: Any) -> set[str]:
    with pytest.raises(Invalid) as caught:
        parse(json.dumps(value).encode())
    return {error.pointer for error in caught.value.errors}


def test_a_document_is_read_and_written_back_the_same() -> None:
    read = parse(json.dumps(document(patient={"id": str(uuid4()), "region": "ES"})).encode())
    assert [len(read.entries), len(read.treatments), len(read.events)] == [2, 1, 1]
    assert read.events[0].about_this_pain is True
    assert parse(encode(read)) == read


def test_an_empty_diary_is_a_diary() -> None:
    read = parse(b'{"format": "symptom-diary/1", "patient": {}}')
    assert (read.patient.id, read.entries, read.treatments, read.events) == (None, [], [], [])


def test_every_fault_is_named_with_its_place() -> None:
    twice = entry()
    assert refused(
        document(
            patient={"birth_year": 1800},
            entries=[entry(worst_pain=11), 5, twice, twice],
            treatments=[treatment(stopped_on="2026-02-01")],
            events=[event(kind="party", note="a\ud83d\ude00")],
        )
    ) == {
        "/patient/birth_year",
        "/entries/0/worst_pain",
        "/entries/1",
        "/entries/3/id",
        "/treatments/0/stopped_on",
        "/events/0/kind",
    }


def test_an_id_that_stands_twice_is_the_only_fault_of_a_list() -> None:
    twice = event()
    assert refused(document(events=[twice, event(), {**twice, "id": twice["id"].upper()}])) == {"/events/2/id"}


@pytest.mark.parametrize(
    ("value", "pointers"),
    [
        ([], {""}),
        ({"patient": {}}, {"/format"}),
        ({"format": "symptom-diary/2", "patient": {}}, {"/format"}),
        ({"format": "symptom-diary/1"}, {"/patient"}),
        (document(entries={}), {"/entries"}),
        (document(moods=[]), {"/moods"}),
        (document(entries=[entry(note="\x00")]), {"/entries/0/note"}),
        (document(entries=[entry(note="\ud800")]), {"/entries/0/note"}),
    ],
)
def test_what_is_no_document_is_refused(value: Any, pointers: set[str]) -> None:
    assert refused(value) == pointers


@pytest.mark.parametrize("raw", [b"", b"{", b'{"format": 1, "format": 1}', b"\xff", b'{"a": NaN}'])
def test_what_is_no_json_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse(raw)


def test_the_future_is_judged_only_against_a_day_that_is_named() -> None:
    raw = json.dumps(document(entries=[entry(date="2031-01-01")])).encode()
    assert parse(raw).entries[0].date == date(2031, 1, 1)
    with pytest.raises(Invalid):
        parse(raw, latest=date(2030, 12, 31))
