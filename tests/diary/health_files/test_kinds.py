"""Each kind of file is recognised by what it holds, and read as entries of one value each."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from diary.health_files.left_out import SAYS
from tests.diary.health_files.given import Found, found_in, given, health_connect, zip_of


def test_openscale_writes_kilograms_and_a_clock_without_a_zone() -> None:
    found = found_in(given("openscale.csv"))
    assert found.kind == "weights"
    assert found.weights == [("2024-01-05", 71.3), ("2024-01-12", 70.9), ("2024-01-19", 70.1)]
    assert found.reasons == []  # nothing was weighed on the 13th


def test_a_table_without_a_unit_is_read_in_the_one_that_is_said() -> None:
    found = found_in(given("openscale-3.csv"), unit="lb")
    assert found.weights == [("2024-01-05", 71.3), ("2024-01-12", 70.9)]


def test_a_spreadsheets_table_may_have_semicolons_commas_and_pounds() -> None:
    found = found_in(given("weights-in-pounds.csv"))
    assert found.weights == [("2024-01-05", 71.3), ("2024-01-12", 70.9)]


def test_lines_that_are_not_understood_are_named_and_the_others_read() -> None:
    found = found_in(given("weights.csv"))
    assert found.weights == [("2024-01-05", 71.3), ("2024-01-12", 70.9)]
    assert found.reasons == [
        (5, "date"),
        (6, "number"),
        (7, "range"),
        (8, "day"),
        (9, "columns"),
        (11, "another"),
    ]


def test_what_was_written_without_a_zone_never_comes_after_what_the_person_wrote_that_day() -> None:
    day, clock = found_in(b"date,weight_kg\n2024-01-05,71\n2024-01-06 07:15,71\n").entries
    assert day.recorded_at == datetime(2024, 1, 4, 10, tzinfo=UTC)  # when that day began first anywhere
    assert (clock.recorded_at.hour, clock.recorded_at.utcoffset()) == (7, timedelta(hours=14))
    assert (str(clock.date), clock.time_zone) == ("2024-01-06", "+14:00")


def test_apple_health_is_read_despite_its_document_type_and_by_the_clocks_where_it_was() -> None:
    found = found_in(given("apple-health.xml"))
    assert found.kind == "apple_health"
    assert found.weights == [("2024-01-05", 71.3), ("2024-01-12", 70.9), ("2024-01-18", 70.5)]
    assert found.entries[0].recorded_at.isoformat() == "2024-01-05T07:15:22+01:00"
    assert found.entries[2].time_zone == "America/New_York"
    assert [reason for _line, reason in found.reasons] == ["unit", "range", "date"]
    assert found.left_out.passed_over == 1


def test_a_row_of_apple_health_is_named_by_its_line_in_the_file() -> None:
    lines = given("apple-health.xml").decode().split("\n")
    (place, _reason), *_ = found_in(given("apple-health.xml")).reasons
    assert 'unit="bushel"' in lines[place - 1]


def test_health_connect_has_grams_and_the_offset_of_each_weight() -> None:
    found = found_in(health_connect())
    assert found.kind == "health_connect"
    assert found.weights == [("2024-01-05", 71.3), ("2024-01-12", 70.9), ("2024-01-19", 70.5)]
    assert found.entries[2].recorded_at.isoformat() == "2024-01-19T05:00:00-05:00"
    assert found.reasons == [(4, "range"), (5, "date"), (6, "number"), (7, "date")]


@pytest.mark.parametrize("name", ["fhir-bundle.json", "fhir.ndjson"])
def test_fhir_has_weights_in_any_unit_of_mass_and_pain(name: str) -> None:
    found = found_in(given(name))
    assert found.kind == "fhir"
    assert [(str(one.date), one.weight_kg, one.worst_pain) for one in found.entries] == [
        ("2024-01-05", 71.3, None),
        ("2024-01-12", 70.9, None),
        ("2024-01-12", None, 6),
        ("2024-01-13", None, 4),
    ]
    assert found.reasons == [(7, "date"), (8, "unit"), (9, "withdrawn"), (10, "score"), (11, "resource")]
    assert found.left_out.passed_over == 2


@pytest.mark.parametrize(("which", "worst"), [("worst-pain", [6]), ("night-pain", []), ("rest-pain", [])])
def test_a_score_that_this_service_said_of_the_night_is_not_the_days_worst(which: str, worst: list[int]) -> None:
    own = {"system": "https://diary.example/fhir/CodeSystem/symptom-diary", "code": which}
    score = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [own, {"system": "http://loinc.org", "code": "72514-3"}]},
        "effectiveDateTime": "2024-01-12T06:20:00Z",
        "valueQuantity": {"value": 6},
    }
    found = found_in(json.dumps(score).encode())
    assert [one.worst_pain for one in found.entries] == worst
    assert found.left_out.passed_over == 1 - len(worst)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("apple_health_export/export.xml", given("apple-health.xml")),
        ("导出/导出.xml", given("apple-health.xml")),
        ("health_connect_export.db", health_connect()),
        ("openscale.csv", given("openscale.csv")),
        ("fhir/Observation.ndjson", given("fhir.ndjson")),
    ],
)
def test_each_of_them_may_come_in_a_zip(name: str, raw: bytes) -> None:
    beside = {"readme.txt": b"", "electrocardiograms/ecg.csv": b"Name,Alice\n"}
    assert _values(found_in(zip_of({**beside, name: raw}))) == _values(found_in(raw))


def test_of_apples_zip_the_export_is_read_whatever_else_is_in_it() -> None:
    files = {
        "apple_health_export/clinical-records/Observation-1.json": given("fhir-bundle.json"),
        "apple_health_export/export_cda.xml": b"<?xml version='1.0'?><ClinicalDocument/>",
        "apple_health_export/export.xml": given("apple-health.xml"),
    }
    assert found_in(zip_of(files)).kind == "apple_health"


def test_the_same_file_gives_the_same_ids_and_another_source_others() -> None:
    first, again = found_in(given("apple-health.xml")), found_in(given("apple-health.xml"))
    assert [one.id for one in first.entries] == [one.id for one in again.entries]
    elsewhere = found_in(given("apple-health.xml").replace(b'"Scale"', b'"Another"'))
    assert first.entries[0].recorded_at == elsewhere.entries[0].recorded_at
    assert first.entries[0].id != elsewhere.entries[0].id


def test_ids_stay_when_the_phone_is_in_another_zone_at_the_next_export() -> None:
    at = b'startDate="2024-01-05 07:15:22 +0100"'
    moved = given("apple-health.xml").replace(at, b'startDate="2024-01-05 06:15:22 +0000"')
    assert found_in(moved).entries[0].id == found_in(given("apple-health.xml")).entries[0].id


def test_every_reason_is_said_in_words() -> None:
    assert all(says.endswith(".") for says in SAYS.values())


def _values(found: Found) -> list[tuple[str, float | None]]:
    return found.weights
