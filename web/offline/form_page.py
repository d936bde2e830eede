"""`/offline`: the form of an entry as a browser keeps it for when there is no network. It is about no one."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from web.page import SCRIPTED, Page, rendered
from web.question import yes_or_no
from web.script_words import WORDS
from web.today.questions import asked


class FormPage(Page):
    """The questions, with nothing answered. A script fills in the rest (`clients/pages`)."""

    http_method_names = ["get", "head"]
    headers = {**Page.headers, "Content-Security-Policy": SCRIPTED}

    def get(self, request: HttpRequest) -> HttpResponse:
        """In the language that the address names: each account's browser keeps its own."""
        return kept_form(language_of(request))


def kept_form(language: str) -> HttpResponse:
    """The page."""
    taken = yes_or_no("taken", _("Taken today?"), {})
    view = {"given": {}, "kept_here": WORDS, "here": "today", "to_take": taken, **asked({}, treatments={})}
    return rendered("pages/offline.html", lambda: view, language=language)


def language_of(request: HttpRequest) -> str:
    """One of ours that the address names, else English."""
    named = request.GET.get("language", "")
    return named if named in dict(settings.LANGUAGES) else "en"
