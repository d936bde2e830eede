"""What every page has in common: what a browser may do with it, its limits, its language, and what stands around it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, tzinfo
from http import HTTPStatus
from typing import Any, ClassVar, Final, NoReturn
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views import View

from diary.api.framework.limiting import require_within_limits
from diary.problems import Problem, method_not_allowed
from diary.screening_port import Raised
from diary.service_name import service_name

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Files of our own and no script at all."""
SCRIPTED: Final = f"{POLICY}; script-src 'self'; connect-src 'self'; worker-src 'self'"
"""Where a script of our own does what a form cannot: show passkeys, and keep what is written without a network."""


class Page(View):
    """A page for anyone, which no cache keeps. Its methods answer or raise Problem."""

    http_method_names = ["get", "head", "post"]
    headers: ClassVar[Mapping[str, str]] = {"Cache-Control": "no-store", "Content-Security-Policy": POLICY}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or one that says why there is none."""
        try:
            require_within_limits(request, holder=self.holder(request))
            page = self.answered(request, *args, **kwargs)
        except Problem as problem:
            page = self.refused(request, problem)
        for name, value in self.headers.items():
            page.headers.setdefault(name, value)
        return page

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises Problem 405."""
        allowed = [name.upper() for name in self.http_method_names if hasattr(self, name)]
        raise method_not_allowed(", ".join(allowed))

    def holder(self, request: HttpRequest) -> UUID | None:
        """Whose account the request is counted for, None for its network address."""
        return None

    def answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """What the method answers."""
        return super().dispatch(request, *args, **kwargs)

    def refused(self, request: HttpRequest, problem: Problem) -> HttpResponse:
        """The page that says so."""
        return problem_page(request, problem)


def rendered(
    template: str,
    view: Callable[[], Mapping[str, Any]],
    *,
    language: str,
    zone: tzinfo = UTC,
    status: int = HTTPStatus.OK,
    request: HttpRequest | None = None,
) -> HttpResponse:
    """A page in the reader's language, in which `view` is made as well; its dates by the reader's clock.

    A page with a form of someone who is signed in names its `request`, and gets the token against forged forms.
    """
    with translation.override(language), timezone.override(zone):
        around = {"language": language, "is_rtl": translation.get_language_bidi(), **_service()}
        return HttpResponse(render_to_string(template, {**around, **view()}, request), status=status)


def for_anyone(
    request: HttpRequest,
    template: str,
    view: Callable[[], Mapping[str, Any]] = dict,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """A page for someone who is not known, in the language that their browser asks for."""
    return rendered(template, view, language=language_asked(request), status=status, request=request)


def language_asked(request: HttpRequest) -> str:
    """One of ours that the browser would like, else English."""
    return translation.get_language_from_request(request)


def problem_page(request: HttpRequest, problem: Problem, *, raised: Sequence[Raised] = ()) -> HttpResponse:
    """A refusal as a page: what it means for a person, and the way on. It quotes nothing of the request.

    `raised` are the danger signs in what was refused.
    """
    page = rendered(
        "pages/problem.html",
        lambda: {"status": problem.status, "raised": raised},
        language=language_asked(request),
        status=problem.status,
    )
    for name, value in problem.headers.items():
        page[name] = value
    page.headers.setdefault("Cache-Control", "no-store")
    page.headers.setdefault("Content-Security-Policy", POLICY)
    return page


def see_other(page: str, *args: Any) -> HttpResponse:
    """What answers a form: the page to look at next (by its name, or an address of ours), which may be reloaded."""
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": resolve_url(page, *args)})


def _service() -> dict[str, str]:
    return {
        "service": service_name(),
        "support": settings.SUPPORT_EMAIL,
        "imprint": settings.IMPRINT_URL,
        "privacy": settings.PRIVACY_URL,
    }
