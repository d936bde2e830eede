"""Importing data on pages: a file is looked at, imported and taken back, by the functions that the API calls."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from diary.models import AccessLine, Entry, Import
from diary.recording.imports import accept
from diary.tasks import sweep_imports, work_import
from tests.cast import Person
from tests.diary.health_files.given import given, zip_of
from tests.diary.recording.importing import document
from tests.diary.recordings import entry
from tests.service import Service
from tests.web.settled import settled


def browser_of(person: Person) -> Client:
    client = Client()
    client.cookies[project.SESSION_COOKIE_NAME] = person.token
    return client


def choose(browser: Client, raw: bytes, **fields: str) -> HttpResponse:
    """A file in the form."""
    return browser.post("/import", {"file": SimpleUploadedFile("file", raw), **fields})  # type: ignore[return-value]


def do(browser: Client, page: str, what: str) -> HttpResponse:
    return browser.post(page, {"do": what})  # type: ignore[return-value]


def said(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()
    return " ".join(answer.content.decode().split())


def test_a_file_is_looked_at_imported_and_taken_back(alice: Person) -> None:
    browser = browser_of(alice)
    chosen = choose(browser, zip_of({"apple_health_export/export.xml": given("apple-health.xml")}))
    assert chosen.status_code == 303
    page = said(browser.get(chosen["Location"]))
    assert "The Health app of an iPhone" in page
    assert "<li>3 new</li>" in page
    assert "3 records are not understood" in page
    assert "The weight is not between 2 and 500 kilograms." in page
    assert "1 record of something else" in page
    assert not Entry.objects.exists()
    done = do(browser, chosen["Location"], "import")
    page = said(browser.get(done["Location"]))
    assert "The Health app of an iPhone: imported" in page
    assert "<li>3 stored</li>" in page
    assert Entry.objects.count() == 3
    assert "The Health app of an iPhone" in said(browser.get("/import"))
    taken = do(browser, done["Location"], "take-back")
    assert "3 removed again." in said(browser.get(taken["Location"]))
    assert not Entry.objects.exists()


def test_the_same_file_again_has_nothing_new(alice: Person) -> None:
    browser = browser_of(alice)
    do(browser, choose(browser, given("openscale.csv"))["Location"], "import")
    again = choose(browser, given("openscale.csv"))["Location"]
    page = said(browser.get(again))
    assert "<li>3 there already</li>" in page
    assert 'value="import"' not in page
    assert do(browser, again, "discard")["Location"] == "/import"
    assert Import.objects.count() == 1
    assert browser.get(again).status_code == 404


def test_a_table_without_a_unit_asks_for_it(alice: Person) -> None:
    browser = browser_of(alice)
    assert "Choose kilograms or pounds." in said(choose(browser, given("openscale-3.csv")), 400)
    assert choose(browser, given("openscale-3.csv"), unit="lb").status_code == 303


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"<html>", "This is not a file that can be imported here."),
        (b'{"format":"symptom-diary/1"}', "has a fault, so nothing of it was taken. /patient: is required"),
        (zip_of({"../export.xml": given("apple-health.xml")}), "whose name leads out of it"),
    ],
)
def test_what_can_not_be_read_is_said_and_nothing_kept(alice: Person, raw: bytes, says: str) -> None:
    assert says in said(choose(browser_of(alice), raw), 400)
    assert not Import.objects.exists()


def test_who_chose_a_file_that_is_too_large_reads_that_on_the_page(api: Service) -> None:
    alice = settled(Person("Alice"))
    cookies = {project.SESSION_COOKIE_NAME: alice.token}
    with httpx.Client(base_url=api.url, cookies=cookies, timeout=60, follow_redirects=True) as browser:
        answer = browser.post("/import", files={"file": b" " * 34 * 2**20})
    assert (answer.status_code, answer.url.path) == (400, "/import")
    assert "The file is too large for this page." in answer.text


def test_no_file_is_no_import(alice: Person) -> None:
    assert "Choose a file." in said(browser_of(alice).post("/import", {}), 400)


def test_a_diary_document_brings_its_profile_too_once_it_is_imported(alice: Person) -> None:
    browser = browser_of(alice)
    raw = str(document(entry()) | {"patient": {"smoking": "never"}}).replace("'", '"').encode()
    chosen = choose(browser, raw)["Location"]
    assert "Answers about you that are still open here" in said(browser.get(chosen))
    assert alice.get("patients/me/profile").body["smoking"] is None
    assert Import.objects.get().profile is not None
    do(browser, chosen, "import")
    assert alice.get("patients/me/profile").body["smoking"] == "never"
    assert Import.objects.get().profile is None


def test_danger_signs_of_the_last_days_are_shown_before_anything_else(alice: Person) -> None:
    today = timezone.now().date().isoformat()
    numb = entry(date=today, recorded_at=f"{today}T00:00:00Z", symptoms={"saddle_numbness": True})
    raw = str(document(numb)).replace("'", '"').replace("True", "true").encode()
    browser = browser_of(alice)
    chosen = choose(browser, raw)["Location"]
    assert 'role="alert"' in said(browser.get(chosen))
    done = do(browser, chosen, "import")["Location"]
    assert 'role="alert"' in said(browser.get(done))


def test_a_large_file_is_imported_in_the_background(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accept, "IN_THE_REQUEST", 2)
    browser = browser_of(alice)
    chosen = choose(browser, given("openscale.csv"))["Location"]
    do(browser, chosen, "import")
    assert "0 of 3 so far" in said(browser.get(chosen))
    work_import(chosen.rpartition("/")[2])
    assert "A table of weights: imported" in said(browser.get(chosen))


def test_what_no_one_says_a_word_about_is_forgotten_after_an_hour(alice: Person) -> None:
    choose(browser_of(alice), given("openscale.csv"))
    sweep_imports()
    assert Import.objects.get().state == "proposed"
    Import.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    sweep_imports()
    assert not Import.objects.exists()


def test_another_file_takes_the_place_of_the_one_before(alice: Person) -> None:
    browser = browser_of(alice)
    choose(browser, given("openscale.csv"))
    choose(browser, given("weights.csv"))
    assert Import.objects.get().rows == 2


def test_no_one_else_sees_or_imports_it(alice: Person, bob: Person, charlie: Person) -> None:
    bob.cares_for(alice, "log")
    chosen = choose(browser_of(alice), given("openscale.csv"))["Location"]
    for other in (bob, charlie):
        assert browser_of(other).get(chosen).status_code == 404
        assert do(browser_of(other), chosen, "import").status_code == 404
    assert alice.get(f"patients/me/imports/{chosen.rpartition('/')[2]}").status == 404
    assert browser_of(alice).get(f"/import/{uuid4()}").status_code == 404
    assert Client().get("/import")["Location"].startswith("/sign-in")


def test_the_access_log_has_the_import_and_the_looks(alice: Person) -> None:
    browser = browser_of(alice)
    chosen = choose(browser, given("openscale.csv"))["Location"]
    browser.get(chosen)
    do(browser, chosen, "import")
    do(browser, chosen, "take-back")
    lines = AccessLine.objects.order_by("id").values_list("action", "resource")
    assert list(lines) == [("read", "document"), ("imported", "document"), ("taken_back", "document")]
