"""The identity API in the published contract, so that a typed client can sign in.

django-allauth answers these addresses (`diary.identity.urls`); the classes here only describe them, for the generator.
Second factors and passkeys are in `diary.api.contract.identity_factors`, changes of the address in docs/identity.md.
"""

from collections.abc import Mapping
from typing import Any, Final

from rest_framework.request import Request
from rest_framework.views import APIView

from diary.api.account import described_with_body
from diary.api.contract import identity_shapes as shapes
from diary.api.contract.identity_factors import FACTORS
from diary.api.contract.identity_steps import Unsigned, step

PREFIX: Final = "/api/auth/app/v1/"


class ConfigurationView(Unsigned):
    """`config`."""

    @step("Read the identity configuration", name="read_identity_configuration", gives=shapes.IdentityConfiguration)
    def get(self, request: Request) -> None:
        """What is on offer, and the consent text to show at sign-up."""


class SignUpView(Unsigned):
    """`auth/signup`."""

    @step("Sign up", name="sign_up", body=shapes.SignUp, problems=[503])
    def post(self, request: Request) -> None:
        """Starts an account: answers 401 with `verify_email` pending and sends a code by email. The answer is the same
        whether or not the address already has an account.
        """


class VerifyEmailView(Unsigned):
    """`auth/email/verify`."""

    @step("Verify the email address", name="verify_email", body=shapes.VerifyEmail, gives=shapes.SignedIn)
    def post(self, request: Request) -> None:
        """Send the code from the email. This also signs in."""


class SignInView(Unsigned):
    """`auth/login`."""

    @step("Sign in", name="sign_in", body=shapes.SignIn, gives=shapes.SignedIn)
    def post(self, request: Request) -> None:
        """Send the password. Answers 401 with `mfa_authenticate` pending if the account has a second factor."""


class SecondFactorView(Unsigned):
    """`auth/2fa/authenticate`."""

    @step("Enter the second factor", name="give_second_factor", body=shapes.SecondFactor, gives=shapes.SignedIn)
    def post(self, request: Request) -> None:
        """Send the code from the authenticator app, or a recovery code."""


class PasswordForgottenView(Unsigned):
    """`auth/password/request`."""

    @step("Request a password reset", name="forget_password", body=shapes.PasswordForgotten, problems=[503])
    def post(self, request: Request) -> None:
        """Answers 401 with `password_reset_by_code` pending. If the account exists, a code is sent by email."""


class PasswordResetView(Unsigned):
    """`auth/password/reset`."""

    @step("Set a new password", name="reset_password", body=shapes.PasswordReset, gives=shapes.SignedIn)
    def post(self, request: Request) -> None:
        """Send the code from the email. This also signs in, and ends every other session."""


class SessionView(APIView):
    """`auth/session`."""

    @step("Read the current session", name="read_session", gives=shapes.SignedIn)
    def get(self, request: Request) -> None:
        """Shows the account and how it was signed in, or answers 401."""

    @step("Sign out", name="sign_out")
    def delete(self, request: Request) -> None:
        """Ends this device's session with effect from the next request. Always answers 401, as no one is signed in any
        more.
        """


class SessionsView(APIView):
    """`auth/sessions`."""

    @step("List signed-in devices", name="list_sessions", gives=shapes.DeviceSessions)
    def get(self, request: Request) -> None:
        """Lists all sessions of the account."""

    @step("Sign out devices", name="end_sessions", body=shapes.SessionsToEnd, gives=shapes.DeviceSessions)
    @described_with_body
    def delete(self, request: Request) -> None:
        """Ends these sessions and lists the remaining ones, or answers 401 if this one was among them.

        Without a body, all sessions end.
        """


class PasswordAgainView(APIView):
    """`auth/reauthenticate`."""

    @step("Reauthenticate with the password", name="reauthenticate", body=shapes.PasswordAgain, gives=shapes.SignedIn)
    def post(self, request: Request) -> None:
        """Until this is done, sensitive steps answer 401 with `reauthenticate` pending."""


class PasswordChangeView(APIView):
    """`account/password/change`."""

    @step("Change the password", name="change_password", body=shapes.PasswordChange)
    def post(self, request: Request) -> None:
        """Ends every session, including this one, and answers 401. Sign in with the new password."""


DESCRIBED: Final[Mapping[str, type[APIView]]] = {
    "config": ConfigurationView,
    "auth/signup": SignUpView,
    "auth/email/verify": VerifyEmailView,
    "auth/login": SignInView,
    "auth/2fa/authenticate": SecondFactorView,
    "auth/password/request": PasswordForgottenView,
    "auth/password/reset": PasswordResetView,
    "auth/session": SessionView,
    "auth/sessions": SessionsView,
    "auth/reauthenticate": PasswordAgainView,
    "account/password/change": PasswordChangeView,
    **FACTORS,
}

Endpoint = tuple[str, str, str, Any]


def with_identity(endpoints: list[Endpoint]) -> list[Endpoint]:
    """The endpoints that the generator found, and these (a preprocessing hook of drf-spectacular's)."""
    described = [
        (PREFIX + address, PREFIX + address, method.upper(), view.as_view())
        for address, view in DESCRIBED.items()
        for method in ("get", "post", "put", "delete")
        if hasattr(view, method)
    ]
    return [*endpoints, *described]
