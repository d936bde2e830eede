"""Who is asking: `Authorization: Bearer <token>`.

For a statement that looks up token and diary at once (`%(digest)s` is `token_digest(token)`): the token is good when
this finds a row, and only then.

    SELECT p.id, u.id
    FROM diary_session s
    JOIN diary_user u ON u.id = s.user_id AND u.is_active AND u.credentials_epoch = s.credentials_epoch
    JOIN diary_patient p ON p.user_id = u.id
    WHERE s.digest = %(digest)s AND s.expire_date > %(now)s

A sign-in that is not finished has no `user_id`. `s.expire_date` moves on with use: when `extended_expiry` gives a new
one, `touch` writes it, at most once a day.
"""

from datetime import datetime
from typing import Final

from django.db.models import F
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from diary.identity.sessions import extended_expiry, token_digest
from diary.models.session import Session
from diary.models.user import User

__all__ = ["BearerAuthentication", "bearer_token", "extended_expiry", "live_session", "token_digest", "touch"]

_SCHEME: Final = "bearer"
_LONGEST: Final = 200  # characters; ours have 32


def bearer_token(authorization: str) -> str | None:
    """The token in the header `Authorization`, or None when there is none to speak of."""
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    return token if scheme.lower() == _SCHEME and 0 < len(token) <= _LONGEST else None


def live_session(*, token: str, now: datetime) -> Session | None:
    """The signed-in session of `token` with its user, or None: ended, expired, unfinished or never begun."""
    return (
        Session.objects.select_related("user")
        .filter(
            session_key=token_digest(token),
            expire_date__gt=now,
            user__is_active=True,
            user__credentials_epoch=F("credentials_epoch"),
        )
        .defer("session_data")
        .first()
    )


def touch(*, digest: str, expire_date: datetime, now: datetime) -> None:
    """Note that the token is in use, if that was not noted within the last day."""
    if fresh := extended_expiry(expire_date=expire_date, now=now):
        Session.objects.filter(session_key=digest, expire_date__lt=fresh).update(expire_date=fresh)


class BearerAuthentication(BaseAuthentication):
    """Django REST framework's way in; `request.auth` is the session."""

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        """None without a bearer token. Raises AuthenticationFailed (401) for one that is not good (any more)."""
        authorization = request.headers.get("Authorization", "")
        if not authorization:
            return None
        now = timezone.now()
        token = bearer_token(authorization)
        session = live_session(token=token, now=now) if token else None
        if session is None or session.user is None:
            raise AuthenticationFailed("The token is not valid (any more). Sign in again.")
        touch(digest=session.session_key, expire_date=session.expire_date, now=now)
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        """What `WWW-Authenticate` says with a 401."""
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the published contract describes it."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """An HTTP authentication scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "The opaque token of a signed-in device, from `/api/auth/`.",
        }
