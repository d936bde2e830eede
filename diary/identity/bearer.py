"""The token that a request brings: `Authorization: Bearer <token>`."""

from typing import Final

_SCHEME: Final = "bearer"
_LONGEST: Final = 200  # characters; ours have 32


def bearer_token(authorization: str) -> str | None:
    """The token in the header `Authorization`, or None when there is none to speak of."""
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    return token if scheme.lower() == _SCHEME and 0 < len(token) <= _LONGEST else None
