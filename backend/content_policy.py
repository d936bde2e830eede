"""Every answer says what a browser may do with it: with JSON nothing at all, in no frame."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class ContentPolicy:
    """Middleware; pages that need more say so themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", NOTHING)
        return answer
