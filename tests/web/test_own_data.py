"""What is stored about someone: who looked at it, taking it along, and the end of it, each as the API has it."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from diary.access.log import Line, note
from diary.identity.provisioning import issue_token
from diary.models import AccessLine, User
from tests.alerts.diaries import saddle_numbness, write
from tests.cast import Person
from tests.receiver import MailReceiver

PASSWORD = "correct horse battery staple"


def browser_of(person: Person, *, since: timedelta = timedelta(0)) -> Client:
    """A browser that was signed in so long ago."""
    client = Client()
    now = timezone.now() - since
    client.cookies[project.SESSION_COOKIE_NAME] = issue_token(user=person.user, now=now, proved=True)
    return client


@pytest.fixture
def has_a_password(alice: Person) -> Person:
    alice.user.set_password(PASSWORD)
    alice.user.save()
    return alice


def test_the_owner_sees_who_looked_and_when(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "read")
    browser_of(bob).get(f"/caring/{alice.patient_id}/diary")
    browser_of(bob).get(f"/caring/{alice.patient_id}/diary/events")
    page = browser_of(alice).get("/account/looks").content.decode()
    assert "<strong><bdi>Bob</bdi></strong> looked at: entries" in page
    assert "<strong><bdi>Bob</bdi></strong> looked at: events and visits" in page
    assert "<strong><bdi>You</bdi></strong> looked at: this list" in page
    assert "<bdi>Bob" not in browser_of(bob).get("/account/looks").content.decode()


def test_older_lines_are_on_the_pages_before(alice: Person) -> None:
    for name in ("report", *["entries"] * 120):
        note(Line("read", name), patient_id=alice.patient_id, actor_id=alice.id, at=timezone.now())
    browser = browser_of(alice)
    first = browser.get("/account/looks").content.decode()
    assert "the page for the doctor" not in first
    after = re.search(r'href="\?after=([^"]+)"', first)
    assert after is not None
    assert "the page for the doctor" in browser.get(f"/account/looks?after={after[1]}").content.decode()
    assert browser.get("/account/looks?after=bent").status_code == 404


def read(answer: Any) -> ZipFile:
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store"
    return ZipFile(BytesIO(answer.getvalue()))


def test_everything_and_the_tables_are_taken_along(alice: Person) -> None:
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    browser = browser_of(alice)
    assert browser.get("/account/data").status_code == 200
    everything = read(browser.get("/account/archive.zip"))
    assert {"account.json", "diary.json", "access-log.jsonl"} <= set(everything.namelist())
    tables = read(browser.get("/account/tables.zip"))
    assert set(tables.namelist()) == {"entries.csv", "treatments.csv", "events.csv", "codebook.csv"}
    assert b"saddle_numbness" in tables.read("entries.csv")
    lines = AccessLine.objects.filter(patient_id=alice.patient_id, action="exported").order_by("id")
    assert [line.resource for line in lines] == ["account", "export-zip"]


@pytest.mark.parametrize("file", ["archive.zip", "tables.zip"])
def test_taking_it_along_takes_a_recent_sign_in(alice: Person, file: str) -> None:
    answer = browser_of(alice, since=timedelta(hours=1)).get(f"/account/{file}")
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/again?next=%2Faccount%2Fdata")
    assert not AccessLine.objects.filter(action="exported").exists()


def erase(browser: Client, what: str, **fields: str) -> HttpResponse:
    return browser.post("/account/erase", {"do": what, **fields})  # type: ignore[return-value]


def test_an_account_is_erased_with_a_proof_and_the_code_that_was_mailed(
    has_a_password: Person, mailbox: MailReceiver
) -> None:
    alice, browser = has_a_password, browser_of(has_a_password, since=timedelta(hours=1))
    page = browser.get("/account/erase").content.decode()
    assert "What goes" in page
    assert "What stays" in page
    asked = erase(browser, "ask")
    assert (asked.status_code, asked["Location"]) == (303, "/sign-in/again?next=%2Faccount%2Ferase")
    again = browser.post("/sign-in/again", {"password": PASSWORD, "next": "/account/erase"})
    assert again["Location"] == "/account/erase"
    assert erase(browser, "ask")["Location"] == "/account/erase"
    assert "Code from the email" in browser.get("/account/erase").content.decode()
    wrong = erase(browser, "erase", code="AAAA-AAAA")
    assert wrong.status_code == 400
    assert "wrong or too old" in wrong.content.decode()
    assert User.objects.filter(pk=alice.id).exists()
    gone = erase(browser, "erase", code=mailbox.code_for(alice.email))
    assert gone.status_code == 200
    assert "Your account is erased" in gone.content.decode()
    assert gone["Clear-Site-Data"] == '"cache", "storage"'
    assert not gone.cookies[project.SESSION_COOKIE_NAME].value
    assert not User.objects.filter(pk=alice.id).exists()


def test_another_browser_erases_nothing_with_the_code(has_a_password: Person, mailbox: MailReceiver) -> None:
    browser = browser_of(has_a_password)
    browser.post("/sign-in/again", {"password": PASSWORD})
    erase(browser, "ask")
    stolen = browser_of(has_a_password, since=timedelta(hours=1))
    answer = erase(stolen, "erase", code=mailbox.code_for(has_a_password.email))
    assert answer["Location"] == "/sign-in/again?next=%2Faccount%2Ferase"
    assert User.objects.filter(pk=has_a_password.id).exists()
    assert erase(stolen, "everything").status_code == 404
