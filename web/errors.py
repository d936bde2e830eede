"""Refusals that no page makes itself, as pages for browsers; for everyone else they stay problem documents.

A browser says that it would rather have HTML. Addresses below `/api/` have no pages, whatever is asked for.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse

from diary.problem_types import ProblemType
from diary.problems import CONTENT_TYPE, Problem, problem_response
from web.page import problem_page

_KINDS: Final = (CONTENT_TYPE, "application/json", "text/html")


def refusal(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem in the form that whoever asks can read."""
    wants_page = not request.path_info.startswith("/api/") and request.get_preferred_type(_KINDS) == "text/html"
    return problem_page(request, problem) if wants_page else problem_response(problem)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 Django names it
    """403: a form that was not sent from a page of ours, or from one that is too old (`CSRF_FAILURE_VIEW`)."""
    return refusal(request, Problem(ProblemType.FORBIDDEN, "Reload the page of this form, and try again."))
