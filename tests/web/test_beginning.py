"""Before a first entry: where its writer is, which says what day it is there, and the consent by the age of there."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client

from diary.identity.health_consent import VERSION, standing
from diary.models import Entry
from diary.reaching.local_time import zone_name_of
from tests.cast import Person
from tests.web.form import Form
from tests.web.settled import settled

LATE = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)


@pytest.fixture
def newcomer(db: None) -> Person:
    """Has just signed up: with the name that Alice has everywhere else."""
    return Person("Newcomer")


def browser_of(person: Person, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.cookies[project.SESSION_COOKIE_NAME] = person.token
    return client


def ask(person: Person, path: str, language: str = "en") -> str:
    answer: HttpResponse = browser_of(person, language).get(path)  # type: ignore[assignment]
    assert answer.status_code == 200, answer
    return answer.content.decode()


def chosen_in(page: str) -> set[str]:
    return set(re.findall(r'<option value="([^"]*)" selected', page))


def test_who_never_said_where_they_are_is_asked_before_the_form(newcomer: Person) -> None:
    answer = browser_of(newcomer).get("/today")
    assert (answer.status_code, answer["Location"]) == (303, "/where?next=%2Ftoday")


@pytest.mark.parametrize(
    ("language", "guessed"),
    [
        ("de-AT,de;q=0.9,en-US;q=0.5", {"Europe/Vienna"}),
        ("fr", {"Europe/Paris"}),
        ("en-US,en;q=0.9", set()),  # whose clocks differ: only they know
        ("es", set()),
        ("", set()),
        ("tlh;q=x, ,-", set()),
    ],
)
def test_a_guess_is_made_only_where_all_clocks_show_the_same(
    newcomer: Person, language: str, guessed: set[str]
) -> None:
    page = ask(newcomer, "/where", language)
    assert chosen_in(page) == guessed
    assert zone_name_of(user_id=newcomer.id) == "UTC"


@pytest.mark.parametrize(
    ("language", "label"),
    [("en", 'Japan">Tokyo · 8:30 a.m.'), ("de", 'Japan">Tokio · 08:30'), ("es", 'Japón">Tokio · 08:30')],
)
def test_a_place_is_named_with_its_time_in_the_language_of_the_reader(
    newcomer: Person, language: str, label: str
) -> None:
    with time_machine.travel(LATE, tick=False):
        settled(newcomer)
        said = re.sub(r'">\n<option value="Asia/Tokyo">', '">', ask(newcomer, "/where", language))
    assert label in said


@pytest.mark.parametrize(("zone", "day"), [("Asia/Tokyo", "2026-07-01"), ("America/New_York", "2026-06-30")])
def test_an_entry_is_about_the_day_that_it_is_there(newcomer: Person, zone: str, day: str) -> None:
    with time_machine.travel(LATE, tick=False):
        settled(newcomer)
        answer = browser_of(newcomer).post("/where", {"zone": zone, "next": "/today"})
        assert (answer.status_code, answer["Location"]) == (303, "/today")
        Form(newcomer).send(worst_pain="3")
    row = Entry.objects.get()
    assert (str(row.date), row.time_zone) == (day, zone)


@pytest.mark.parametrize("zone", ["", "UTC", "Etc/GMT+5", "nowhere", "../etc/passwd", "Europe/Madrid\x00"])
def test_what_is_no_place_is_none(newcomer: Person, zone: str) -> None:
    assert browser_of(newcomer).post("/where", {"zone": zone}).status_code == 400
    assert browser_of(newcomer).get("/today")["Location"].startswith("/where")


def test_the_zone_of_the_profile_is_taken_without_a_question(newcomer: Person) -> None:
    assert newcomer.patch("patients/me/profile", {"time_zone": "Asia/Tokyo"}).status == 200
    assert browser_of(newcomer).get("/today")["Location"].startswith("/consent")


@pytest.mark.parametrize(("zone", "age"), [("Europe/Madrid", 14), ("Europe/Berlin", 16), ("Asia/Tokyo", 16)])
def test_consent_is_asked_before_the_form_by_the_age_of_where_they_are(newcomer: Person, zone: str, age: int) -> None:
    browser = browser_of(newcomer)
    browser.post("/where", {"zone": zone})
    assert browser.get("/today")["Location"] == "/consent?next=%2Ftoday"
    assert f"I am {age} or older" in ask(newcomer, "/consent")
    assert browser.post("/consent", {"version": VERSION}).status_code == 400
    assert standing(user_id=newcomer.id) is None
    answer = browser.post("/consent", {"version": VERSION, "consent": "yes", "next": "/today"})
    assert (answer.status_code, answer["Location"]) == (303, "/today")
    given = standing(user_id=newcomer.id)
    assert given is not None
    assert given.age_at_least == age
    assert browser.get("/today").status_code == 200


def test_a_yes_to_another_text_than_the_one_of_now_is_none(newcomer: Person) -> None:
    settled(newcomer)
    browser = browser_of(newcomer)
    browser.post("/consent", {"do": "withdraw"})
    answer = browser.post("/consent", {"version": "0", "consent": "yes"})
    assert answer.status_code == 400
    assert "has changed meanwhile" in answer.content.decode()
    assert standing(user_id=newcomer.id) is None


def test_consent_is_taken_back_as_it_was_given_and_what_was_written_is_never_refused_for_it(newcomer: Person) -> None:
    settled(newcomer)
    form = Form(newcomer)
    assert "You agreed on" in ask(newcomer, "/consent")
    assert browser_of(newcomer).post("/consent", {"do": "withdraw"}).status_code == 303
    assert standing(user_id=newcomer.id) is None
    assert browser_of(newcomer).get("/today")["Location"].startswith("/consent")
    assert "Go to an emergency department now" in form.send(danger=["saddle_numbness"]).content.decode()
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("page", ["/where", "/consent"])
def test_both_lead_on_to_pages_of_ours_only(newcomer: Person, page: str) -> None:
    settled(newcomer)
    fields = {"zone": "Asia/Tokyo", "version": VERSION, "consent": "yes", "next": "https://example.org/"}
    assert "example.org" not in browser_of(newcomer).post(page, fields)["Location"]
