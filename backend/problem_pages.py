"""`/problems/` and `/problems/<name>`: what a problem's `type` leads to, as plain text, for anyone."""

from django.http import HttpRequest, HttpResponse

from backend.contract import FRESH_FOR_SECONDS
from backend.read_only import read_only
from diary.api.framework.limiting import require_within_limits
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found, problem_response

_BY_SLUG = {kind.slug: kind for kind in ProblemType}


@read_only
def index(request: HttpRequest) -> HttpResponse:
    """All of them."""
    return _answered(request, "\n".join(map(_entry, ProblemType)))


@read_only
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One of them, or 404."""
    kind = _BY_SLUG.get(slug)
    return problem_response(not_found()) if kind is None else _answered(request, _entry(kind))


def _entry(kind: ProblemType) -> str:
    return f"{kind.title}\n{kind.uri}, HTTP status {kind.status}\n\n{kind.meaning}\n"


def _answered(request: HttpRequest, text: str) -> HttpResponse:
    try:
        require_within_limits(request, holder=None)
    except Problem as problem:
        return problem_response(problem)
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = f"public, max-age={FRESH_FOR_SECONDS}"
    return answer
