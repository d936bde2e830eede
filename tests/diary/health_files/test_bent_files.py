"""Whatever a file holds, it is read or refused in words, and nothing else ever happens."""

from contextlib import suppress
from typing import Final

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from diary.format.strict_json import Invalid, Malformed
from tests.diary.health_files.given import found_in, given, health_connect, zip_of

FILES: Final = {
    "openscale": given("openscale.csv"),
    "table": given("weights.csv"),
    "apple": given("apple-health.xml"),
    "health-connect": health_connect(),
    "fhir-bundle": given("fhir-bundle.json"),
    "fhir-lines": given("fhir.ndjson"),
    "zip": zip_of({"a/export.xml": given("apple-health.xml"), "b.csv": given("weights.csv")}),
}
CHANGES: Final = st.lists(st.tuples(st.integers(0, 2**20), st.binary(max_size=6)), min_size=1, max_size=8)


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=60, deadline=None)
@drawn(changes=CHANGES, cut=st.none() | st.integers(0, 2**20))
def test_a_bent_file_is_read_or_refused(name: str, changes: list[tuple[int, bytes]], cut: int | None) -> None:
    bent = bytearray(FILES[name])
    for at, piece in changes:
        place = at % len(bent)
        bent[place : place + len(piece)] = piece
    read(bytes(bent[: cut % len(bent)] if cut else bent))


@pytest.mark.parametrize(
    "begins", [b"", b"<HealthData", b"date,weight_kg\n", b'{"resourceType":', b"SQLite format 3\x00", b"PK\x03\x04"]
)
@settings(max_examples=60, deadline=None)
@drawn(rest=st.binary(max_size=2000))
def test_noise_is_read_or_refused(begins: bytes, rest: bytes) -> None:
    read(begins + rest)


def read(raw: bytes) -> None:
    """All of it, or a refusal; a document with faults is one."""
    with suppress(Malformed, Invalid, AssertionError):
        found_in(raw, unit="kg")
