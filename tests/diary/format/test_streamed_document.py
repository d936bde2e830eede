"""A document that is read piece by piece says what the same document says that is read whole."""

import json
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.format import document, document_pieces
from diary.format.document_pieces import Piece, pieces
from diary.format.streamed_document import StreamedDocument
from diary.format.strict_json import FieldError, Invalid, Malformed, parse_json
from tests.diary.recordings import entry, event, full_entry, treatment

LATEST = date(2030, 1, 1)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)


def reader(raw: bytes, at_once: int) -> Callable[[int], bytes]:
    """Gives so many bytes at a time, whatever is asked for."""
    file = BytesIO(raw)
    return lambda most: file.read(min(most, at_once))


def put_together(found: list[Piece]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for piece in found:
        value = parse_json(piece.raw)
        if piece.item is None:
            whole[piece.member] = value
        else:
            assert piece.item == len(whole[piece.member])
            whole[piece.member].append(value)
    return whole


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(texts, values | st.lists(values, max_size=4), max_size=4),
    st.integers(1, 40),
    st.sampled_from([None, 1]),
    st.booleans(),
)
def test_the_pieces_are_the_document(said: dict[str, Any], at_once: int, indent: int | None, plain: bool) -> None:
    raw = json.dumps(said, indent=indent, ensure_ascii=plain).encode()
    found = list(pieces(reader(raw, at_once)))
    assert put_together(found) == said
    assert all(raw[piece.at :].startswith(piece.raw) for piece in found if piece.raw != b"[]")


BROKEN = [
    b"",
    b"  ",
    b"\xef\xbb\xbf{}",
    b'{"a":1',
    b'{"a":1}}',
    b'{"a":1} x',
    b'{"a":[1,2}',
    b'{"a"}',
    b"{a:1}",
    b'{"a":1,}',
    b"{,}",
    b'{"a":[,]}',
    b'{"a":[1,]}',
    b'{"a":[1 2]}',
    b'{"a":"x',
    b'{"a":"x\\',
    b'{"a":}',
    b'{"a":1,"a":2}',
    b'{"format":nul}',
    b'{"entries":[{"id":NaN}]}',
    b'{"entries":[{"id":1e999}]}',
    b'{"entries":[{"id":"a","id":"b"}]}',
    b'{"entries":[{"id":[}]}]}',
    b'{"entries":["\xff"]}',
    b'{"entries":[' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
    b'{"entries":[' + b"9" * 5000 + b"]}",
]


@pytest.mark.parametrize("raw", BROKEN, ids=lambda raw: raw[:30].decode("latin-1"))
def test_what_is_refused_whole_is_refused_in_pieces(raw: bytes) -> None:
    with pytest.raises((Malformed, Invalid)):
        document.parse(raw)
    for at_once in (100_000, 1 + len(raw) // 100):
        with pytest.raises((Malformed, Invalid)):
            list(streamed(raw, at_once).batches())


def whole_document(raw: bytes) -> document.Document | tuple[FieldError, ...]:
    """The document, or its faults."""
    try:
        return document.parse(raw, latest=LATEST)
    except Invalid as invalid:
        return invalid.errors


def streamed(raw: bytes, at_once: int = 1000, *, ids_at_most: int = 1000) -> StreamedDocument:
    return StreamedDocument(reader(raw, at_once), latest=LATEST, ids_at_most=ids_at_most)


@pytest.mark.parametrize("said", [b"[]", b"5", b'"x"', b"null"])
def test_what_is_no_object_is_no_document(said: bytes) -> None:
    with pytest.raises(Invalid, match="must be an object"):
        list(streamed(said).batches())


def test_a_place_in_the_body_is_told_where_it_is_broken() -> None:
    raw = b'{"format": "symptom-diary/1", "entries": [{}, {}, {"id" 5}]}'
    with pytest.raises(Malformed, match=f"byte {raw.index(b'5') - 6}"):
        list(streamed(raw).batches())


DOCUMENTS = [
    {"format": "symptom-diary/1", "patient": {}},
    {"patient": {}, "format": "symptom-diary/1", "entries": [], "events": [event()]},
    {"format": "symptom-diary/1", "patient": {"birth_year": 1961}, "entries": [full_entry() for _ in range(7)]},
    {"format": "symptom-diary/1", "patient": {}, "treatments": [treatment(), treatment()], "events": [event()]},
    {"format": "symptom-diary/2", "patient": {"shoe_size": 43}, "users": [1], "entries": {}},
    {"entries": [entry(), 5, entry(night_pain=11), {"id": 7}]},
    {"format": "symptom-diary/1", "patient": 5, "entries": [entry(note="\x00"), entry(note="\ud800")]},
    {"format": "symptom-diary/1", "patient": None, "treatments": [treatment(stopped_on="2020-01-01")]},
]


@pytest.mark.parametrize("said", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_rows_profile_and_faults_are_those_of_the_whole_document(
    said: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diary.format.streamed_document.ROWS_AT_ONCE", 2)
    raw = json.dumps(said).encode()
    read = streamed(raw)
    rows = [(batch.type, content) for batch in read.batches() for content in batch.contents]
    whole = whole_document(raw)
    if not isinstance(whole, document.Document):
        assert set(whole) <= set(read.faults)
        return
    assert read.faults == []
    assert read.profile == whole.patient
    lists = {"entry": whole.entries, "treatment": whole.treatments, "event": whole.events}
    for kind, contents in lists.items():
        assert [content for type_, content in rows if type_ == kind] == contents


def test_an_id_that_stands_twice_is_found_in_another_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diary.format.streamed_document.ROWS_AT_ONCE", 2)
    twice = entry()
    said = {"format": "symptom-diary/1", "patient": {}, "entries": [twice, entry(), entry(), twice]}
    read = streamed(json.dumps(said).encode())
    assert len(list(read.batches())) == 2
    assert [(fault.pointer, fault.code) for fault in read.faults] == [("/entries/3/id", "duplicate")]


def test_a_row_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_pieces, "LARGEST", 1000)
    said = {"format": "symptom-diary/1", "patient": {}, "entries": [entry(), entry(note="x" * 2000)]}
    with pytest.raises(Invalid) as refused:
        list(streamed(json.dumps(said).encode(), 100).batches())
    assert [fault.pointer for fault in refused.value.errors] == ["/entries/1"]


def test_only_so_many_faults_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diary.format.streamed_document.MOST_FAULTS", 3)
    said = {"format": "symptom-diary/1", "patient": {}, "entries": [5] * 10}
    read = streamed(json.dumps(said).encode())
    list(read.batches())
    assert len(read.faults) == 3


def test_long_rows_are_read_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diary.format.streamed_document.BYTES_AT_ONCE", 3000)
    said = {"format": "symptom-diary/1", "patient": {}, "entries": [entry(note="x" * 1000) for _ in range(6)]}
    batches = [len(batch.contents) for batch in streamed(json.dumps(said).encode()).batches()]
    assert batches == [2, 2, 2]
