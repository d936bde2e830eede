"""Answers that cost a phone little: compressed where they are long, and not sent again to an app that has kept them.

Django's own middleware does the work. It leaves alone what no cache may keep; but an app keeps what it was answered
itself, and sends the ETag back.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.http import ConditionalGetMiddleware

LONG_BYTES: Final = 1400
"""What fits into one packet arrives no sooner for being shorter."""
API: Final = "/api/v1/"


class LongAnswers(GZipMiddleware):
    """Compressed with gzip, padded at random so that their length says nothing of a secret in them (BREACH)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, compressed where that is worth it. What is streamed is made and sent as it is."""
        if not isinstance(response, HttpResponse) or len(response.content) < LONG_BYTES:
            return response
        return super().process_response(request, response)


class KnownAnswers(ConditionalGetMiddleware):
    """304 for whoever names what the answer would be in `If-None-Match`. An ETag is the version, else the content's."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, or that it is still the same."""
        if not request.path.startswith(API) or not isinstance(response, HttpResponse) or "If-Match" in request.headers:
            return response
        return super().process_response(request, response)

    def needs_etag(self, response: HttpResponseBase) -> bool:
        """Every answer of the API that is one."""
        return response.status_code == 200
