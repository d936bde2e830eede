"""What people write and how they are called stays text, on every page."""

from html.parser import HTMLParser

import pytest
from django.conf import settings as project
from django.test import Client

from tests.web.hostile import BY_LINK, NAMES, TEXTS, behind_links, page_names, written

pytestmark = pytest.mark.django_db


class Markup(HTMLParser):
    """What a browser would run or open, and the text that it would show."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.runs: list[str] = []
        self.shown: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.shown += [value for value in given.values() if value]
        self.runs += [name for name in given if name.startswith("on") or name == "style"]
        if tag in ("script", "img", "link", "iframe", "object", "form", "a"):
            where = given.get("src") or given.get("href") or given.get("action") or ""
            is_picture = tag == "img" and where.startswith("data:image/")  # which runs nothing
            is_foreign = where.startswith(("javascript:", "data:", "//", "x")) and not is_picture
            self.runs += [where] if is_foreign else []
            self.runs += ["inline"] if tag == "script" and not given.get("src") else []

    def handle_data(self, data: str) -> None:
        self.shown.append(data)


@pytest.mark.parametrize("kind", TEXTS)
def test_what_people_write_stays_text_on_every_page(kind: str) -> None:
    hostile = written(kind)
    seen: list[str] = []
    for name in page_names():
        browser = Client()
        browser.cookies[project.SESSION_COOKIE_NAME] = hostile.reader(name).token
        page = browser.get(hostile.address(name))
        assert page.status_code in (200, 303), name
        found = Markup(page.content.decode())
        assert not found.runs, (name, found.runs)
        if any(text in shown for shown in found.shown for text in (NAMES[kind], TEXTS[kind][:30])):
            seen.append(name)
    assert {
        "diary",
        "entry-page",
        "treatments",
        "treatment-page",
        "events",
        "event-page",
        "looks",
        "share-page",
    } <= set(seen)
    assert {"caring", "caring-diary", "caring-alert", "caring-treatments", "caring-events", "caring-today"} <= set(seen)


@pytest.mark.parametrize("kind", TEXTS)
def test_what_people_write_stays_text_behind_every_link(kind: str) -> None:
    links = behind_links(written(kind))
    assert {name for name, _address in links} == BY_LINK
    seen: list[str] = []
    for name, address in links:
        page = Client().get(address)
        assert page.status_code in (200, 303, 405), (name, page.status_code)
        found = Markup(page.content.decode())
        assert not found.runs, (name, found.runs)
        if any(text in shown for shown in found.shown for text in (NAMES[kind], TEXTS[kind][:30])):
            seen.append(name)
    assert {"invitation", "alert-page", "courtesy-page", "refuse-page"} <= set(seen)
