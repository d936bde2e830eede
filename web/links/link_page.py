"""What the pages behind a link have in common."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from alerts.messages.links import BadLink
from diary.problems import Problem
from web.page import Page, language_asked, rendered


class LinkPage(Page):
    """A page opened by a token in its address. It sets no cookie and reads none.

    So there is nothing that another site could ride on, and no need of Django's CSRF token: who can send the form has
    the link already. The address is a secret: it is kept by no cache and no index, and sent to no other site.
    """

    headers: ClassVar[Mapping[str, str]] = {
        **Page.headers,
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }

    @method_decorator(csrf_exempt)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or a kind one that says why there is none."""
        return super().dispatch(request, *args, **kwargs)

    def answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """What the method answers; the same for a link that was bent and for one whose reader may see nothing now."""
        try:
            return super().answered(request, *args, **kwargs)
        except BadLink as bad:
            return self._nothing(request, HTTPStatus.GONE if bad.expired else HTTPStatus.NOT_FOUND)

    def refused(self, request: HttpRequest, problem: Problem) -> HttpResponse:
        """The same page for every refusal."""
        page = self._nothing(request, problem.status)
        for name, value in problem.headers.items():
            page[name] = value
        return page

    def helper(self) -> str:
        """Whom to write to when a link is no good; empty where signing in helps."""
        return ""

    def _nothing(self, request: HttpRequest, status: int) -> HttpResponse:
        view = {"status": status, "helper": self.helper()}
        return rendered("pages/nothing.html", lambda: view, language=language_asked(request), status=status)
