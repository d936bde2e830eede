"""Files of the pages compressed as they are sent. In production they were already, when they were collected."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_WORDS: Final = "text/"


class CompactFiles(GZipMiddleware):
    """Style sheets and scripts; pictures are compressed by themselves."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The file; every other answer as it is."""
        is_file = request.path.startswith(f"/{settings.STATIC_URL.lstrip('/')}")
        if not is_file or not response.headers.get("Content-Type", "").startswith(_WORDS):
            return response
        return super().process_response(request, response)
