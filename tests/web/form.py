"""The form of an entry, as a browser without a script fills it in and sends it."""

import re
from html import unescape

from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client

from tests.cast import Person


class Form:
    """The page with its form, as a browser of the person's fills it in."""

    def __init__(self, person: Person, path: str = "/today") -> None:
        self.path = path
        self.client = Client()
        self.client.cookies[project.SESSION_COOKIE_NAME] = person.token
        self.page = self.client.get(path).content.decode()
        first, *_ = self.page.split("</form>")
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', first)
        self.given = {name: value for name, value in hidden if name != "csrfmiddlewaretoken"}
        day = re.search(r'name="date" type="date" value="([^"]*)"', self.page)
        assert day is not None, self.page
        self.given["date"] = day[1]

    def send(self, **fields: str | list[str]) -> HttpResponse:
        return self.client.post(self.path, {**self.given, **fields})  # type: ignore[return-value]


def hidden_in(page: bytes) -> dict[str, str]:
    """The hidden fields of the form that a page shows."""
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.decode())
    return {name: unescape(value) for name, value in found}
