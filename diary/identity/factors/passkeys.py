"""Signing in with a passkey."""

from typing import Any

from allauth.core.internal import ratelimit
from allauth.headless.mfa.views import LoginWebAuthnView
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PasskeyView(LoginWebAuthnView):  # type: ignore[misc]
    """`GET` and `POST auth/webauthn/login`."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A challenge; it is kept for an hour, so an address gets no more of them than it may sign in.

        allauth counts no GET, although this one stores something.
        """
        refusal = None
        if not ratelimit.consume(request, app="allauth.mfa", action="webauthn_login", limit_get=True):
            refusal = ratelimit.respond_429(request)
        answer: HttpResponseBase = refusal or super().get(request, *args, **kwargs)
        return answer
