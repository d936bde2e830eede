"""Some weeks of a diary at one look, and the page for the doctor made from them: for whom, and of what."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
import time_machine
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from diary.api.framework.limiting import few_at_once
from diary.models import AccessLine
from tests.alerts.diaries import NOON, entry, nights_that_no_tablet_helped, write
from tests.cast import Person
from tests.papers.pdf import Pdf

pytestmark = pytest.mark.django_db
NOTE = "Only for me."


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


def get(person: Person | None, address: str, **query: str) -> HttpResponse:
    browser = Client()
    if person:
        browser.cookies[project.SESSION_COOKIE_NAME] = person.token
    answer: Any = browser.get(address, query)
    return cast("HttpResponse", answer)


def told(person: Person) -> list[tuple[str, str]]:
    lines = AccessLine.objects.filter(actor_id=person.id).order_by("id")
    return list(lines.values_list("action", "resource"))


def test_it_shows_the_picture_says_what_is_in_it_and_has_a_table(alice: Person) -> None:
    write(alice, *nights_that_no_tablet_helped())
    page = get(alice, reverse("overview"), weeks="4")
    shown = page.content.decode()
    assert page.status_code == 200
    assert "/overview/timeline.svg?weeks=4&amp;screen=narrow&amp;palette=dark" in shown
    assert "Night or rest pain" in shown
    assert "Week by week" in shown
    assert ("read", "overview") in told(alice)


@pytest.mark.parametrize("palette", ["light", "dark"])
def test_the_picture_is_an_svg_for_each_kind_of_screen(alice: Person, palette: str) -> None:
    write(alice, *nights_that_no_tablet_helped())
    picture = get(alice, reverse("timeline"), palette=palette)
    assert (picture["Content-Type"], b"<svg" in picture.content[:200]) == ("image/svg+xml", True)
    narrow = get(alice, reverse("timeline"), palette=palette, screen="narrow")
    assert narrow.content != picture.content
    for query in ({"palette": "sepia"}, {"screen": "round"}):
        assert get(alice, reverse("timeline"), **query).status_code == 404


def test_an_empty_diary_has_one_too(alice: Person) -> None:
    for address in ("overview", "timeline", "report-file"):
        assert get(alice, reverse(address)).status_code == 200


@pytest.mark.parametrize(("asked", "there"), [("yes", True), ("", False)])
def test_the_doctors_page_has_notes_where_their_writer_wants_it(alice: Person, asked: str, there: bool) -> None:
    write(alice, *nights_that_no_tablet_helped(), entry(note=NOTE))
    page = get(alice, reverse("report-file"), paper="letter", notes=asked)
    assert page["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert (NOTE in " ".join(Pdf(page.content).sides)) is there
    assert ("exported", "report") in told(alice)


def test_who_may_read_has_it_without_notes(alice: Person, bob: Person) -> None:
    write(alice, *nights_that_no_tablet_helped(), entry(note=NOTE))
    bob.cares_for(alice, "read")
    assert get(bob, reverse("caring-overview", args=[alice.patient_id])).status_code == 200
    page = get(bob, reverse("caring-report-file", args=[alice.patient_id]), notes="yes")
    assert page.status_code == 200
    assert NOTE not in " ".join(Pdf(page.content).sides)


@pytest.mark.parametrize("address", ["caring-overview", "caring-timeline", "caring-report-file"])
def test_no_one_else_has(alice: Person, bob: Person, charlie: Person, address: str) -> None:
    bob.cares_for(alice, "alerts")
    for person in (bob, charlie):
        assert get(person, reverse(address, args=[alice.patient_id])).status_code == 404
    assert get(None, reverse(address, args=[alice.patient_id])).status_code == 303


def test_one_is_made_at_a_time(alice: Person, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    with few_at_once(str(alice.id), most=1):
        assert get(alice, reverse("report-file")).status_code == 429
    assert get(alice, reverse("report-file")).status_code == 200
