"""Sharing on a page: one tap makes a link, its openings are listed, one tap ends it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from diary.identity.provisioning import issue_token
from papers.models import ATTEMPTS, Share
from papers.sharing.shares import MOST_AT_ONCE
from tests.cast import Person
from tests.papers.surgery import Link, read_link


def browser_of(person: Person) -> Client:
    client = Client()
    client.cookies[project.SESSION_COOKIE_NAME] = issue_token(user=person.user, now=timezone.now(), proved=True)
    return client


def shown(browser: Client) -> str:
    answer = browser.get("/share")
    assert answer.status_code == 200
    return answer.content.decode()


def make(browser: Client, **fields: Any) -> HttpResponse:
    return browser.post("/share", {"do": "make", "hours": "24", **fields})  # type: ignore[return-value]


def shared(browser: Client) -> Link:
    (link,) = re.findall(r'readonly value="([^"]+)"', shown(browser))
    return read_link(link)


def test_one_tap_makes_a_link_for_a_day_and_shows_its_code(alice: Person) -> None:
    browser = browser_of(alice)
    assert make(browser)["Location"] == "/share"
    share = Share.objects.get()
    assert share.expires_at - share.made_at == timedelta(hours=24)
    assert 'src="data:image/svg+xml' in shown(browser)
    assert shared(browser).file(recipient="Surgery").status_code == 200


def test_time_passcode_and_name_are_chosen(alice: Person) -> None:
    browser = browser_of(alice)
    make(browser, hours="168", passcode=" 2718 ", label="Dr\u202e Meyer")
    share = Share.objects.get()
    assert (share.expires_at - share.made_at, share.label) == (timedelta(days=7), "Dr Meyer")
    assert "They also need the passcode" in shown(browser)
    assert "2718" not in shown(browser)
    assert shared(browser).manifest(passcode="2718").status_code == 200


def test_who_opened_it_is_listed_as_text(alice: Person) -> None:
    browser = browser_of(alice)
    make(browser)
    assert "No one has opened it" in shown(browser)
    shared(browser).file(recipient="<b>Surgery</b>")
    assert "&lt;b&gt;Surgery&lt;/b&gt;" in shown(browser)


def test_one_tap_ends_it(alice: Person) -> None:
    browser = browser_of(alice)
    make(browser, label="Dr Meyer")
    link = shared(browser)
    browser.post("/share", {"do": "end", "share": str(Share.objects.get().pk)})
    assert link.file(recipient="Surgery").status_code == 404
    assert "Links that have ended" in shown(browser)
    assert "data:image/svg+xml" not in shown(browser)


def test_too_many_wrong_passcodes_are_told(alice: Person) -> None:
    browser = browser_of(alice)
    make(browser, passcode="2718")
    link = shared(browser)
    for _ in range(ATTEMPTS):
        link.manifest(passcode="0000")
    assert "after too many wrong passcodes" in shown(browser)


@pytest.mark.parametrize(
    ("fields", "says"),
    [({"passcode": "123"}, "4 to 40 characters"), ({"label": "x" * 81}, "at most 80 characters")],
)
def test_what_makes_no_link_is_said(alice: Person, fields: dict[str, str], says: str) -> None:
    answer = make(browser_of(alice), **fields)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert not Share.objects.exists()


def test_too_many_at_a_time_are_refused_in_words(alice: Person) -> None:
    browser = browser_of(alice)
    for _ in range(MOST_AT_ONCE):
        make(browser)
    answer = make(browser)
    assert (answer.status_code, "at a time" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("sent", [{}, {"do": "everything"}, {"do": "end"}, {"do": "make", "hours": "9999"}])
def test_what_no_form_of_ours_sends_is_not_found(alice: Person, sent: dict[str, str]) -> None:
    assert browser_of(alice).post("/share", sent).status_code == 404


def test_the_link_of_someone_else_is_out_of_reach(alice: Person, charlie: Person) -> None:
    make(browser_of(alice))
    share = Share.objects.get()
    assert browser_of(charlie).post("/share", {"do": "end", "share": str(share.pk)}).status_code == 404
    share.refresh_from_db()
    assert share.ended_at is None


def test_the_viewer_holds_nothing_and_tells_no_one_where_it_was(client: Client) -> None:
    page = client.get("/shl")
    assert (page.status_code, page["Cache-Control"], page["Referrer-Policy"]) == (200, "no-store", "no-referrer")
    assert "script-src 'self'; connect-src 'self'" in page["Content-Security-Policy"]
    assert not page.cookies
