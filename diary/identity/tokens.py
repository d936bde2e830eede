"""The tokens that the identity API hands out: the session's own key, which the database knows only by its hash."""

from allauth.headless.internal import sessionkit
from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from diary.identity.bearer import bearer_token


class OpaqueTokenStrategy(SessionTokenStrategy):  # type: ignore[misc]
    """One token a device, for this API and for `/api/v1/`; while a sign-in is under way it is good for nothing else.

    Signing in changes the key, so what was known of a pending flow opens nothing afterwards.
    """

    def get_session_token(self, request: HttpRequest) -> str | None:
        """The token of the request, from `X-Session-Token` or else `Authorization: Bearer`."""
        token: str | None = super().get_session_token(request)
        return bearer_token(request.headers.get("Authorization", "")) if token is None else token

    def lookup_session(self, session_token: str) -> SessionBase | None:
        """The session that `session_token` opens, or None: ended, expired or never begun."""
        session: SessionBase | None = sessionkit.lookup_session(session_token)
        return session

    def create_access_token(self, request: HttpRequest) -> str | None:
        """The same token under its other name, told once: when the sign-in is complete."""
        token: str = self.create_session_token(request)
        return token
