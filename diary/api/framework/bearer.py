"""The token of a request, as the digest under which it is stored."""

from typing import Final

from rest_framework.request import Request

from diary.identity.bearer import bearer_token
from diary.identity.sessions import token_digest

_DIGEST: Final = "token_digest"


def token_digest_of(request: Request) -> str | None:
    """The digest under which the token is stored, None without one. Throttles and authentication share it."""
    kept: dict[str, str | None] = request.parser_context
    if _DIGEST not in kept:
        token = bearer_token(request._request.META.get("HTTP_AUTHORIZATION", ""))
        kept[_DIGEST] = token_digest(token) if token else None
    return kept[_DIGEST]
