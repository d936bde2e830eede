"""All tables of a diary in one archive, and a codebook that explains every column."""

import csv
import io

import pytest
from django.utils import translation

from diary.account.tables import columns_of
from diary.format.document import LISTS
from papers.tables.codebook import codebook
from tests.cast import Person
from tests.diary.recordings import entry, event, full_entry, treatment
from tests.downloads import download


@pytest.fixture
def diary(alice: Person) -> Person:
    """Alice's, with something of each kind."""
    for kind, sent in {"entries": full_entry(), "treatments": treatment(), "events": event()}.items():
        assert alice.put(f"patients/me/{kind}/{sent['id']}", sent).status == 201
    return alice


def test_the_archive_has_a_table_of_each_kind_as_it_is_given_alone_and_a_codebook(diary: Person) -> None:
    file = download(diary, "patients/me/export.zip")
    assert (file.content_type, file.disposition) == ("application/zip", 'attachment; filename="symptom-diary.zip"')
    assert list(file.archive) == ["entries.csv", "treatments.csv", "events.csv", "codebook.csv"]
    for name in LISTS:
        assert file.archive[f"{name}.csv"] == download(diary, f"patients/me/export.csv?table={name}").content


def test_the_codebook_explains_every_column_and_its_words(diary: Person) -> None:
    archive = download(diary, "patients/me/export.zip").archive
    rows = list(csv.DictReader(io.StringIO(archive["codebook.csv"].decode(), newline="")))
    explained = [(row["file"], row["column"]) for row in rows]
    assert explained == [(f"{name}.csv", column) for name, kind in LISTS.items() for column in columns_of(kind)]
    by_column = {column: row for (file, column), row in zip(explained, rows, strict=True) if file == "entries.csv"}
    assert by_column["night_pain"]["what it holds"] == "a whole number from 0 to 10"
    assert by_column["qualities"]["words"] == "ache burning electric pressure sharp"
    assert by_column["cough"] == {
        "file": "entries.csv",
        "column": "cough",
        "meaning": "Cough",
        "what it holds": "yes or no; empty is not answered",
        "words": "",
    }
    assert by_column["version"]["what it holds"] == "a whole number"
    assert by_column["recorded_by"]["what it holds"] == "a UUID"


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_the_codebook_speaks_every_language(language: str) -> None:
    english = list(codebook())
    with translation.override(language):
        told = list(codebook())
    assert [row[:2] for row in told[1:]] == [row[:2] for row in english[1:]], "what it is about has one name"
    meanings = {there[2]: here[2] for here, there in zip(told, english, strict=True)}
    assert [meaning for meaning, translated in meanings.items() if meaning == translated and meaning != "Fatigue"] == []


def test_the_codebook_is_in_the_language_of_the_reader(diary: Person) -> None:
    diary.patch("preferences", {"language": "de"})
    assert "Schmerz letzte Nacht" in download(diary, "patients/me/export.zip").archive["codebook.csv"].decode()


def test_a_span_leaves_out_what_is_not_about_it(alice: Person) -> None:
    for date in ("2026-03-01", "2026-03-02"):
        sent = entry(date=date)
        alice.put(f"patients/me/entries/{sent['id']}", sent)
    archive = download(alice, "patients/me/export.zip?from=2026-03-02").archive
    assert len(archive["entries.csv"].splitlines()) == 2


def test_a_byte_order_mark_is_there_only_where_it_is_asked_for(diary: Person) -> None:
    mark = "\ufeff".encode()
    for query, there in (("", False), ("?bom=no", False), ("?bom=yes", True)):
        archive = download(diary, f"patients/me/export.zip{query}").archive
        assert {content.startswith(mark) for content in archive.values()} == {there}
        assert download(diary, f"patients/me/export.csv{query}").content.startswith(mark) is there
