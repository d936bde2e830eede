"""A form of a treatment or an event, as a browser without a script fills it in and sends it."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client

from tests.cast import Person


class RecordForm:
    """The first form of a page that is not one of stopping or deleting."""

    def __init__(self, person: Person, path: str) -> None:
        self.browser = Client()
        self.browser.cookies[project.SESSION_COOKIE_NAME] = person.token
        answer = self.browser.get(path)
        assert answer.status_code == 200, answer.status_code
        self.page = answer.content.decode()
        action = re.search(r'<form method="post" action="([^"]+)"', self.page)
        assert action is not None, self.page
        self.action = action[1]
        first = self.page[action.start() :].split("</form>")[0]
        fields = re.findall(r'<input[^>]* name="(\w+)" type="(?:text|date)"(?: value="([^"]*)")?', first)
        hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', first)
        chosen = re.findall(r'type="radio" name="(\w+)" value="([^"]*)" checked', first)
        self.given = {name: unescape(value) for name, value in [*fields, *hidden, *chosen]}
        self.given.pop("csrfmiddlewaretoken")
        self.given |= dict(re.findall(r'<select[^>]* name="(\w+)".*?<option value="([^"]*)" selected', first, re.S))

    def send(self, **fields: str | list[str]) -> HttpResponse:
        return self.browser.post(self.action, {**self.given, **fields})  # type: ignore[return-value]


@pytest.fixture
def form() -> Callable[[Person, str], RecordForm]:
    return RecordForm


@pytest.fixture
def page() -> Callable[[Person, str], str]:
    """What a person's browser shows there."""

    def shown(person: Person, path: str) -> str:
        browser = Client()
        browser.cookies[project.SESSION_COOKIE_NAME] = person.token
        answer = browser.get(path)
        assert answer.status_code == 200, answer.status_code
        return unescape(answer.content.decode())

    return shown
