"""Files that are made to do harm are refused in words, and quickly."""

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from diary.format.strict_json import Malformed
from diary.health_files import archive, health_connect
from diary.health_files.left_out import LeftOut
from tests.diary.health_files.given import found_in, given, zip_of
from tests.diary.health_files.given import health_connect as database

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE HealthData [
<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]>
<HealthData locale="&c;"></HealthData>"""


def refused(raw: bytes) -> str:
    with pytest.raises(Malformed) as refusal:
        found_in(raw)
    return refusal.value.says


@pytest.mark.parametrize(
    "raw",
    [
        BOMB,
        b'<!DOCTYPE HealthData [<!ENTITY a SYSTEM "file:///etc/passwd">]><HealthData>&a;</HealthData>',
        b'<!DOCTYPE HealthData [<!ENTITY % a SYSTEM "http://example.org/a">%a;]><HealthData/>',
        b'<!DOCTYPE HealthData SYSTEM "http://example.org/a.dtd"><HealthData/>',
        b'<?xml version="1.0"?>' + b" " * 70_000 + BOMB[21:],
        b"<HealthData>" + b"<!-- -->" * 10 + BOMB[21:],
    ],
)
def test_no_entity_is_defined_or_fetched(raw: bytes) -> None:
    assert "ntit" in refused(raw) or "XML" in refused(raw) or "imported" in refused(raw)


def test_a_document_type_whose_end_is_hidden_in_a_value_gains_nothing() -> None:
    hidden = (
        b"""<!DOCTYPE HealthData [<!ATTLIST Record type CDATA "]>"><!ENTITY a "aa">]><HealthData>&a;</HealthData>"""
    )
    assert refused(hidden).startswith("The file")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"<HealthData>&unknown;</HealthData>", "The file is not XML from line 1 on."),
        (b"<HealthData>\n\n</Health>", "The file is not XML from line 3 on."),
        (b"<HealthData>" + b"<Record>" * 200, "The file is nested too deeply."),
        (b"<HealthData><Record value='" + b"1" * 3_000_000 + b"'/>", "The file has an element that is far too large."),
        (b"<!DOCTYPE HealthData [" + b" " * 2_000_000, "The document type of the file has no end."),
        (b"<html></html>", "This is not a file that can be imported here."),
        (b"date,weight_kg\n" + b"7" * 3_000_000, "The file has a line of more than 1,024 KiB."),
        (b"date,weight\n2024-01-05,71", "The table does not say in which unit its weights are."),
        (b'date,weight_kg\n"' + b"2024-01-05,71\n" * 20_000, "The file is not a table of comma-separated values."),
        (b'{"resourceType":"Observation"}', "The resource is not a Bundle."),
        (b'{\n"resourceType":"Observation"}', "The resource is not a Bundle."),
        (b'{\n"resourceType":"Bundle","entry":["' + b"1" * 3_000_000, "The file has a resource that is far too large."),
        (b"\x89PNG\r\n\x1a\n", "This is not a file that can be imported here."),
    ],
)
def test_what_is_no_such_file_or_far_too_large_is_refused(raw: bytes, says: str) -> None:
    if raw == b'{"resourceType":"Observation"}':
        assert found_in(raw).left_out.passed_over == 1  # a line of NDJSON
        return
    assert refused(raw).startswith(says)


def test_values_of_several_people_are_not_mixed() -> None:
    mixed = given("fhir.ndjson").replace(b"Patient/alice", b"Patient/dana", 1)
    assert refused(mixed) == "The file holds values of several people. A diary is about one."


def test_more_values_than_a_diary_holds_are_refused_and_what_is_passed_over_does_not_count() -> None:
    table = b"date,weight_kg\n" + b"".join(b"2024-01-%02d,70\n" % day for day in range(1, 12))
    with pytest.raises(Malformed, match="more than 10 values"):
        found_in(table, rows=10)
    assert len(found_in(given("apple-health.xml"), rows=3).entries) == 3


def test_a_zip_that_grows_without_end_is_given_up() -> None:
    bomb = given("apple-health.xml").replace(b"</HealthData>", b" " * 300_000_000 + b"</HealthData>")
    packed = zip_of({"export.xml": bomb})
    assert len(packed) < 400_000
    assert refused(packed).startswith("Unpacked, the file is larger than")


def test_a_zip_that_lies_about_its_size_is_counted_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_SMALL", 1000)
    monkeypatch.setattr(archive, "_RATIO", 2)
    packed = bytearray(zip_of({"export.xml": given("apple-health.xml")}))
    at = packed.index(b"PK\x01\x02")
    struct.pack_into("<I", packed, at + 24, 10)  # bytes when unpacked, in the directory
    assert refused(bytes(packed)).startswith(("Unpacked", "The archive is damaged", "The file is not XML"))


@pytest.mark.parametrize(
    "name", ["../export.xml", "/etc/export.xml", "a/../../export.xml", "C:\\export.xml", "..\\x.xml"]
)
def test_names_that_lead_out_of_a_zip_are_refused(name: str) -> None:
    assert refused(zip_of({name: given("apple-health.xml")})).startswith("The archive has a file whose name leads out")


def test_a_zip_with_a_password_or_an_unusual_packing_is_refused() -> None:
    locked = bytearray(zip_of({"export.xml": given("apple-health.xml")}))
    struct.pack_into("<H", locked, locked.index(b"PK\x01\x02") + 8, 1)
    assert refused(bytes(locked)).startswith("The archive is protected by a password.")
    packed = zip_of({"export.xml": given("apple-health.xml")}, packing=zipfile.ZIP_LZMA)
    assert refused(packed).startswith("The archive is packed in an unusual way.")


def test_a_zip_with_a_huge_directory_is_refused_before_it_is_read() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as many:
        for number in range(45_000):
            many.writestr(f"{number:0100}.gpx", b"")
    assert refused(packed.getvalue()) == "The archive holds far too many files."


@pytest.mark.parametrize(
    "raw", [zip_of({}), zip_of({"a.txt": b"", "b.zip": zip_of({})}), zip_of({"a.csv": b"name,age\n"})]
)
def test_a_zip_without_such_a_file_is_refused(raw: bytes) -> None:
    assert refused(raw) == "The archive holds no file that can be imported here."


@pytest.mark.parametrize("cut", [100, 400, 1000])
def test_a_zip_that_is_cut_off_is_refused(cut: int) -> None:
    packed = zip_of({"export.xml": given("apple-health.xml")})
    assert refused(packed[:cut]) == "The archive is damaged."


NOT_HEALTH_CONNECT = "The database is not Health Connect's, or it is damaged."
APPS = "CREATE TABLE application_info_table (row_id INTEGER, package_name TEXT);"


@pytest.mark.parametrize(
    "schema",
    [
        "CREATE TABLE another (id INTEGER)",
        "CREATE TABLE weight_record_table (row_id INTEGER)",
        f"{APPS} CREATE VIEW weight_record_table AS SELECT 1 row_id, 1 app_info_id, 1 time, 1 zone_offset, 1 weight",
        f"{APPS} CREATE VIRTUAL TABLE weight_record_table USING fts5(row_id, app_info_id, time, zone_offset, weight)",
        f"{APPS} CREATE TABLE weight_record_table (row_id INTEGER, app_info_id INTEGER, time INTEGER, zone_offset"
        " INTEGER, weight REAL AS (length(hex(zeroblob(1000000)))));"
        " INSERT INTO weight_record_table VALUES (1, 1, 1, 1)",
    ],
)
def test_a_database_that_is_another_one_or_computes_is_refused(schema: str) -> None:
    assert refused(database(schema=schema)) == NOT_HEALTH_CONNECT


@pytest.mark.parametrize("damage", [slice(20, 40), slice(90, 300), slice(4096, 4300)])
def test_a_damaged_database_is_refused_or_read_as_far_as_it_goes(damage: slice) -> None:
    raw = bytearray(database())
    raw[damage] = b"\xff" * len(raw[damage])
    try:
        found_in(bytes(raw))
    except Malformed as refusal:
        assert refusal.says == NOT_HEALTH_CONNECT  # noqa: PT017 either will do


def test_a_value_of_many_megabytes_in_a_database_is_not_read() -> None:
    heavy = "UPDATE weight_record_table SET weight = replace(hex(zeroblob(1500000)), '0', 'x') WHERE row_id = 1"
    assert refused(database(heavy)) == NOT_HEALTH_CONNECT


def test_a_database_is_read_without_a_trace_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "export ?mode=rwc#.db"
    path.write_bytes(database("PRAGMA user_version = 7"))
    assert len(list(health_connect.weights(path, LeftOut(first=[])))) == 4
    assert list(tmp_path.iterdir()) == [path]


def test_a_statement_that_gives_no_row_for_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_connect, "_STEPS", 3)
    assert refused(database()) == NOT_HEALTH_CONNECT


def test_a_hundred_thousand_weights_come_in_whatever_they_take(monkeypatch: pytest.MonkeyPatch) -> None:
    many: Any = (
        "INSERT INTO weight_record_table (uuid, app_info_id, time, zone_offset, weight) WITH RECURSIVE n(i) AS"
        " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i, 1, 1000 * i, 0, 70000.0 FROM n"
    )
    assert len(found_in(database("DELETE FROM weight_record_table", many), rows=100_000).entries) == 100_000
