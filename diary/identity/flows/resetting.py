"""Resetting a password: the same work and the same answers whether there is an account or not.

For an address without one a stand-in is under way: a code that no one gets, for an account that is not there.
"""

from typing import Any, Final
from uuid import uuid4

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from allauth.headless.account.inputs import RequestPasswordResetInput, ResetPasswordInput, ResetPasswordKeyInput
from allauth.headless.account.views import RequestPasswordResetView, ResetPasswordView
from allauth.headless.base.response import ConflictResponse
from allauth.headless.internal.restkit.response import ErrorResponse
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from diary.identity.flows.pending import STAND_IN
from diary.models.user import User

_UNKNOWN: Final = "unknown_account"


class ResetRequestInput(RequestPasswordResetInput):  # type: ignore[misc]
    """The body of `POST auth/password/request`."""

    def clean_email(self) -> str:
        """The address in its normal form."""
        email: str = get_adapter().clean_email(self.cleaned_data["email"])
        self.users = list(User.objects.filter(email=email, is_active=True))
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Begin the reset, or its stand-in."""
        email: str = self.cleaned_data["email"]
        user = self.users[0] if self.users else None
        state = PasswordResetVerificationProcess.initial_state(user, email)
        state["code"] = get_adapter().generate_password_reset_code()
        if user is None:
            state[STAND_IN] = str(uuid4())
        get_adapter().send_code(email, state["code"], "password_reset_code", otherwise=None if user else _UNKNOWN)
        PasswordResetVerificationProcess(request, state=state, user=user).persist()
        return email


class ResetRequestView(RequestPasswordResetView):  # type: ignore[misc]
    """`POST auth/password/request`."""

    input_class = ResetRequestInput


class ResetView(ResetPasswordView):  # type: ignore[misc]
    """`GET` and `POST auth/password/reset`."""

    input: ResetPasswordInput

    def get_input_kwargs(self) -> dict[str, Any]:
        """What the body is compared with."""
        return {"code": self.process.code, "user": self.process.user or self._stand_in()}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whether the code in the header is the one that was mailed.

        For an address without an account allauth compares it with nothing at all, which raises AttributeError, and so
        told the two apart (https://codeberg.org/allauth/django-allauth, `headless/account/views.py`).
        """
        if self.process.user is not None:
            answer: HttpResponseBase = super().get(request, *args, **kwargs)
            return answer
        self._stand_in()
        given = ResetPasswordKeyInput({"key": request.headers.get("X-Password-Reset-Key", "")}, code="")
        given.is_valid()  # it never is
        self.process.record_invalid_attempt()
        refusal: HttpResponseBase = ErrorResponse(request, input=given)
        return refusal

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Set the password; 409 for who guessed a code that no one was sent."""
        if self.process.user is None:
            self.process.abort()
            nothing: HttpResponseBase = ConflictResponse(request)
            return nothing
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        return answer

    def _stand_in(self) -> User:
        """Looked up as an account is, and not found."""
        User.objects.filter(pk=self.process.state.get(STAND_IN)).first()
        return User(email=self.process.state["email"])
