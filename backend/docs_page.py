"""`/api/docs`: the contract as a page to read and to try, for anyone. Made once in the life of a process."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import get_conditional_response
from drf_spectacular.views import SpectacularSwaggerSplitView

from backend.contract import FRESH_FOR_SECONDS
from backend.read_only import read_only
from diary.api.framework.limiting import require_within_limits
from diary.problems import Problem, problem_response

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILES: Final = "drf_spectacular_sidecar/swagger-ui-dist"


@read_only
def page(request: HttpRequest) -> HttpResponse:
    """The page. It loads its script, its looks and the contract from here, and nothing from elsewhere."""
    return _answered(request, _page, "text/html; charset=utf-8")


@read_only
def script(request: HttpRequest) -> HttpResponse:
    """What starts it: apart from the page, because the policy allows no script in there."""
    return _answered(request, _script, "text/javascript; charset=utf-8")


def _answered(request: HttpRequest, made: Callable[[], bytes], kind: str) -> HttpResponse:
    """Counted for the address that it is sent to; 304 for who has it."""
    try:
        require_within_limits(request, holder=None)
    except Problem as problem:
        return problem_response(problem)
    content = made()
    answer = HttpResponse(content, content_type=kind)
    answer["ETag"] = f'"{sha256(content).hexdigest()[:32]}"'
    answer["Cache-Control"] = f"public, max-age={FRESH_FOR_SECONDS}"
    answer["Content-Security-Policy"] = POLICY
    kept: HttpResponse = get_conditional_response(request, etag=answer["ETag"], response=answer) or answer
    kept["Content-Security-Policy"] = POLICY
    return kept


@cache
def _page() -> bytes:
    view = {
        "title": "Symptom diary",
        "icon": static(f"{_FILES}/favicon-32x32.png"),
        "styles": [static(f"{_FILES}/swagger-ui.css"), static("docs/page.css")],
        "scripts": [static(f"{_FILES}/swagger-ui-bundle.js"), reverse("docs-script")],
    }
    return render_to_string("docs/page.html", view).encode()


@cache
def _script() -> bytes:
    view = {
        "schema_url": reverse("schema"),
        "settings": '{"deepLinking": true}',
        "schema_auth_names": "[]",
        "csrf_header_name": "X-CSRFToken",
    }
    return render_to_string(SpectacularSwaggerSplitView.template_name_js, view).encode()
