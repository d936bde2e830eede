"""Refusals that no page makes itself, as pages for browsers; for everyone else they stay problem documents.

A browser says that it would rather have HTML. Addresses below `/api/` have no pages, whatever is asked for.
"""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from diary.problem_types import ProblemType
from diary.problems import CONTENT_TYPE, Problem, problem_response
from web.kept import fields_in, kept_of
from web.page import for_anyone, problem_page

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
    if _is_stale_and_kept(request):
        view = {"next": request.path, "fields": fields_in(kept_of(request))}
        return for_anyone(request, "pages/kept.html", lambda: view, status=HTTPStatus.FORBIDDEN)
    return refusal(request, Problem(ProblemType.FORBIDDEN, "Reload the page of this form, and try again."))


def _is_stale_and_kept(request: HttpRequest) -> bool:
    own = f"{request.scheme}://{request.get_host()}"
    page = getattr(resolve(request.path_info).func, "view_class", None)
    return getattr(page, "keeps_form", False) and request.headers.get("Origin") == own
