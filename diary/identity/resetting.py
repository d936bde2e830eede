"""Resetting a password, where allauth's own view falls over."""

from typing import Any

from allauth.headless.account.inputs import ResetPasswordKeyInput
from allauth.headless.account.views import ResetPasswordView
from allauth.headless.internal.restkit.response import ErrorResponse
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ResetView(ResetPasswordView):  # type: ignore[misc]
    """`GET` and `POST auth/password/reset`."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whether the code in the header is the one that was mailed.

        For an address without an account allauth compares it with nothing at all, which raises AttributeError, and so
        told the two apart (https://codeberg.org/allauth/django-allauth, `headless/account/views.py`).
        """
        if self.process.user is not None:
            answer: HttpResponseBase = super().get(request, *args, **kwargs)
            return answer
        given = ResetPasswordKeyInput({"key": request.headers.get("X-Password-Reset-Key", "")}, code="")
        given.is_valid()  # it never is
        self.process.record_invalid_attempt()
        refusal: HttpResponseBase = ErrorResponse(request, input=given)
        return refusal
