"""The token that a request brings: `Authorization: Bearer <token>`."""

from typing import Final

from rest_framework.request import Request

from diary.identity.sessions import token_digest

_SCHEME: Final = "bearer"
_LONGEST: Final = 200  # characters; ours have 32
_DIGEST: Final = "token_digest"


def bearer_token(authorization: str) -> str | None:
    """The token in the header `Authorization`, or None when there is none to speak of."""
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    return token if scheme.lower() == _SCHEME and 0 < len(token) <= _LONGEST else None


def token_digest_of(request: Request) -> str | None:
    """The digest under which the token is stored, None without one. Throttles and authentication share it."""
    kept: dict[str, str | None] = request.parser_context
    if _DIGEST not in kept:
        token = bearer_token(request._request.META.get("HTTP_AUTHORIZATION", ""))
        kept[_DIGEST] = token_digest(token) if token else None
    return kept[_DIGEST]
