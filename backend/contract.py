"""The published contract at its address: made once in the life of a process, and sent again only when it differs."""

from functools import cache
from hashlib import sha256
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

from diary.api.framework.throttles import NetworkThrottle

FRESH_FOR_SECONDS: Final = 300


class ContractView(SpectacularAPIView):
    """YAML or JSON, for anyone. Counted for the address that it is sent to."""

    throttle_classes = [NetworkThrottle]
    content_negotiation_class = DefaultContentNegotiation

    def _get_schema_response(self, request: Request) -> HttpResponseBase:
        """The document, or 304 for who has it; called by the library's own `get`."""
        renderer = request.accepted_renderer
        content = rendered(renderer.media_type)
        answer = HttpResponse(content, content_type=renderer.media_type)
        answer["ETag"] = f'"{sha256(content).hexdigest()[:32]}"'
        answer["Cache-Control"] = f"public, max-age={FRESH_FOR_SECONDS}"
        patch_vary_headers(answer, ["Accept"])
        plain: HttpRequest = request._request
        return get_conditional_response(plain, etag=answer["ETag"], response=answer) or answer


@cache
def rendered(media_type: str) -> bytes:
    """The contract in a format that the view has a renderer for."""
    with translation.override("en"):  # whoever asks first
        document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    renderer = next(kind for kind in ContractView.renderer_classes if kind.media_type == media_type)
    content: str | bytes = renderer().render(document, renderer_context={})
    return content.encode() if isinstance(content, str) else content
