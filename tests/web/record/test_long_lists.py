"""Lists that are longer than a page: the newest first, and by a link, without a script, all the others."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.conf import settings as project
from django.test import Client
from django.utils import timezone

from diary.format.fields import Event, Resource, Treatment
from tests.alerts.diaries import entry, write
from tests.cast import Person
from tests.web.form import Form
from web.reader import LINES

LATER = re.compile(r'href="(\?[^"]*after=[^"]+)"')


def pages(person: Person, path: str) -> list[str]:
    """Every page of the list, following its link to the end."""
    browser = Client()
    browser.cookies[project.SESSION_COOKIE_NAME] = person.token
    found, query = [], ""
    while True:
        answer = browser.get(f"{path}{query}")
        assert answer.status_code == 200, query
        found.append(answer.content.decode())
        link = LATER.search(found[-1])
        if link is None:
            return found
        query = unescape(link[1])


def today() -> date:
    return timezone.now().date()


def fall(days_ago: int) -> Event:
    return Event(id=uuid4(), kind="fall", date=today() - timedelta(days=days_ago), note=f"fall number {days_ago}.")


def heat(days_ago: int, *, stopped: bool = True) -> Treatment:
    day = today() - timedelta(days=days_ago)
    return Treatment(
        id=uuid4(), kind="heat", name=f"bottle number {days_ago}.", started_on=day, stopped_on=day if stopped else None
    )


@pytest.mark.parametrize(
    ("path", "make", "named"),
    [("/diary/events", fall, "fall number"), ("/diary/treatments", heat, "bottle number")],
)
def test_the_newest_come_first_and_the_others_by_a_link(
    alice: Person, path: str, make: Callable[[int], Resource], named: str
) -> None:
    many = LINES * 2 + 1
    write(alice, *map(make, range(many)), now=timezone.now())
    found = [re.findall(rf"{named} (\d+)\.", page) for page in pages(alice, path)]
    assert [len(page) for page in found] == [LINES, LINES, 1]
    assert [int(number) for page in found for number in page] == list(range(many))


def test_a_treatment_that_goes_on_is_on_the_first_page_however_long_ago_it_began(alice: Person) -> None:
    write(alice, *map(heat, range(LINES + 1)), heat(9000, stopped=False), now=timezone.now())
    first, second = pages(alice, "/diary/treatments")
    assert first.index("bottle number 9000.") < first.index("bottle number 0.")
    assert "I stopped it today" in first
    assert "I stopped it today" not in second
    assert "Nothing is being tried" not in second


def test_the_form_asks_about_the_newest_treatment_of_a_diary_with_many(alice: Person) -> None:
    write(alice, *map(heat, range(1, 520)), heat(0, stopped=False), now=timezone.now())
    assert "bottle number 0." in Form(alice).page


def test_days_with_many_entries_are_shown_to_the_end(alice: Person) -> None:
    day = today()
    write(alice, *(entry(day, note=f"entry number {number}.") for number in range(LINES + 2)), now=timezone.now())
    first, second = pages(alice, "/diary")
    shown = [re.findall(r"entry number \d+\.", page) for page in (first, second)]
    assert [len(page) for page in shown] == [LINES, 2]
    assert len({note for page in shown for note in page}) == LINES + 2
    assert ("The four weeks before" in first, "The four weeks before" in second) == (False, True)


@pytest.mark.parametrize("path", ["/diary", "/diary/events", "/diary/treatments", "/account/looks"])
def test_a_place_in_another_list_is_not_found(alice: Person, path: str) -> None:
    browser = Client()
    browser.cookies[project.SESSION_COOKIE_NAME] = alice.token
    assert browser.get(path, {"after": "bent"}).status_code == 404


def test_weeks_before_there_was_a_calendar_are_those_up_to_today(alice: Person) -> None:
    browser = Client()
    browser.cookies[project.SESSION_COOKIE_NAME] = alice.token
    assert browser.get("/diary", {"until": "0001-01-02"}).status_code == 200
