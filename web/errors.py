"""Refusals that no page makes itself, as pages for browsers; for everyone else they stay problem documents.

A browser says that it would rather have HTML. Addresses below `/api/` have no pages, whatever is asked for.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from diary.problems import CONTENT_TYPE, Problem, forbidden, problem_response
from web.page import problem_page
from web.reader import kept_page

_KINDS: Final = (CONTENT_TYPE, "application/json", "text/html")


def refusal(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem in the form that whoever asks can read."""
    wants_page = not request.path_info.startswith("/api/") and request.get_preferred_type(_KINDS) == "text/html"
    return problem_page(request, problem) if wants_page else problem_response(problem)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 Django names it
    """403: a form that was not sent from a page of ours, or from one that is too old (`CSRF_FAILURE_VIEW`).

    What someone wrote in one that is only too old, since they signed in elsewhere meanwhile, they may send again: a
    browser says truly where a form comes from, so no other site can have them do so.
    """
    page = getattr(resolve(request.path_info).func, "view_class", None)
    if page is not None and getattr(page, "keeps_form", False) and _is_from_here(request):
        return kept_page(request, page.signs(request), forbidden())
    return refusal(request, forbidden())


def _is_from_here(request: HttpRequest) -> bool:
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
