"""`/demonstration/<name>`: signs this browser in as a person of the demonstration, with the one password that all have.

The address exists where `make run` serves, and nowhere else (`backend.local.urls`).
"""

from typing import Final

from django.http import HttpRequest, HttpResponse

from backend.local.demonstration.diaries import DOMAIN, PASSWORD
from diary.problems import not_found
from web.identity.step import take
from web.identity.step_page import led_on
from web.page import Page

NAMES: Final = ("nora", "karl")
"""Who keeps a diary in which something was found, and who cares for her."""


class OpenPage(Page):
    """One of them, signed in."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        """To their first page. Raises Problem 404 for anyone else, and before the demonstration is loaded."""
        if name not in NAMES:
            raise not_found()
        taken = take(request, "POST", "auth/login", email=f"{name}@{DOMAIN}", password=PASSWORD)
        if not taken.is_signed_in:
            raise not_found()
        return led_on(request, taken)
