"""Entering the code that proves an address, where allauth's own view falls over."""

from typing import Any

from allauth.headless.account.views import VerifyEmailView
from allauth.headless.base.response import ConflictResponse
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class VerifyView(VerifyEmailView):  # type: ignore[misc]
    """`GET` and `POST auth/email/verify`."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Prove the address; 409 where a reset of the password has proved it since the code was mailed.

        allauth takes that for a fault of its own and answers 500 (`mark_email_address_as_verified` gives None,
        https://codeberg.org/allauth/django-allauth).
        """
        if self.process.email_address.verified:
            self.process.abort()
            done: HttpResponseBase = ConflictResponse(request)
            return done
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        return answer
