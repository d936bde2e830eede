"""The language in which a request is refused, where it says one; who is signed in may have said one before
(`diary.api.framework.view`, `backend.identity_problems`).

What is shown of a diary, and every message, is in the reader's own language whatever is asked here.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from diary.reaching.languages import DEFAULT, language_asked


class AskedLanguage:
    """Middleware; it stands first, so that what Django refuses is said in it too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(language_asked(request.headers.get("Accept-Language", "")) or DEFAULT):
            return self.get_response(request)
