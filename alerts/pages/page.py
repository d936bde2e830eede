"""What the pages behind a link have in common."""

from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from alerts.messages.links import BadLink
from diary.api.framework.limiting import require_within_limits
from diary.problems import Problem

# The address is a secret: it is kept by no cache and no index, and told to no other site.
_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


class PageView(View):
    """A page opened by a token in its address. It sets no cookie and reads none.

    So there is nothing that another site could ride on, and no need of Django's CSRF token: who can send the form has
    the link already.
    """

    http_method_names = ["get", "head", "post"]

    @method_decorator(csrf_exempt)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or a kind one that says why there is none."""
        try:
            require_within_limits(request, holder=None)
            page = super().dispatch(request, *args, **kwargs)
        except BadLink as bad:
            page = _nothing(request, HTTPStatus.GONE if bad.expired else HTTPStatus.NOT_FOUND, support=self.support())
        except Problem as problem:
            page = _nothing(request, problem.status, problem.headers, support=self.support())
        for name, value in _HEADERS.items():
            page[name] = value
        return page

    def support(self) -> str:
        """Whom to write to when a link is no good; empty where signing in helps."""
        return ""


def rendered(
    template: str, view: Callable[[], Mapping[str, Any]], *, language: str, zone: tzinfo, status: int = HTTPStatus.OK
) -> HttpResponse:
    """A page in the reader's language, in which `view` is made as well; its dates by the reader's clock."""
    with translation.override(language), timezone.override(zone):
        return HttpResponse(render_to_string(template, {**view(), "language": language}), status=status)


def _nothing(
    request: HttpRequest, status: int, headers: Mapping[str, str] | None = None, *, support: str
) -> HttpResponse:
    """The same for a link that was bent and for one whose reader may see nothing any more."""
    language = translation.get_language_from_request(request)
    view = {"status": status, "support": support}
    page = rendered("pages/nothing.html", lambda: view, language=language, zone=UTC, status=status)
    for name, value in (headers or {}).items():
        page[name] = value
    return page
