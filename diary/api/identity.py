"""The identity API in the published contract, so that a typed client can sign in.

django-allauth answers these addresses (`diary.identity.urls`); the classes here only describe them, for the generator.
Passkeys, authenticator apps and changes of the address are in docs/identity.md.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.request import Request
from rest_framework.views import APIView

from diary.api import identity_shapes as shapes
from diary.api.account import described_with_body
from diary.api.contract import Shape, operation
from diary.api.shapes import Problem

PREFIX: Final = "/api/auth/app/v1/"
_UNDER_WAY: Final = OpenApiParameter(
    "X-Session-Token",
    str,
    OpenApiParameter.HEADER,
    description="`meta.session_token` of the step before, where a flow is under way.",
)
_REFUSALS: Final = {
    401: OpenApiResponse(shapes.StepNeeded, description="Not signed in: `data.flows` says what to do next."),
    409: OpenApiResponse(Problem, description="There is no such step under way, or it is done already."),
    410: OpenApiResponse(Problem, description="The session has ended. Sign in again."),
}


def step(
    summary: str, *, name: str, body: Shape | None = None, gives: Shape | None = None, problems: Sequence[int] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What the contract says of a step of signing in; without `gives` it always ends in 401, with the next step."""
    return operation(
        summary,
        tag="Identity",
        body=body,
        answers={200: gives} if gives else {},
        problems=(409, 410, *problems),
        name=name,
        refusals=_REFUSALS,
        headers=[_UNDER_WAY],
    )


class Unsigned(APIView):
    """For who has no token yet."""

    authentication_classes = []


class SignUpView(Unsigned):
    """`auth/signup`."""

    @step("Sign up", name="sign_up", body=shapes.SignUp, problems=[503])
    def post(self, request: Request) -> None:
        """Begin an account. 401 with `verify_email` pending: a code goes out by mail. Nothing tells whether the
        address has an account already.
        """


class VerifyEmailView(Unsigned):
    """`auth/email/verify`."""

    @step("Verify the e-mail address", name="verify_email", body=shapes.VerifyEmail, gives=shapes.SignedIn)
    def post(self, request: Request) -> None:
        """Enter the code from the mail, which signs in."""


class SignInView(Unsigned):
    """`auth/login`."""

    @step("Sign in", name="sign_in", body=shapes.SignIn, gives=shapes.SignedIn)
    def post(self, request: Request) -> None:
        """With the password. 401 with `mfa_authenticate` pending where the account has a second factor."""


class SecondFactorView(Unsigned):
    """`auth/2fa/authenticate`."""

    @step("Give the second factor", name="give_second_factor", body=shapes.SecondFactor, gives=shapes.SignedIn)
    def post(self, request: Request) -> None:
        """The code of the authenticator app, or a recovery code."""


class PasswordForgottenView(Unsigned):
    """`auth/password/request`."""

    @step("Ask for a new password", name="forget_password", body=shapes.PasswordForgotten, problems=[503])
    def post(self, request: Request) -> None:
        """401 with `password_reset_by_code` pending: a code goes out by mail, if there is such an account."""


class PasswordResetView(Unsigned):
    """`auth/password/reset`."""

    @step("Set a new password", name="reset_password", body=shapes.PasswordReset, gives=shapes.SignedIn)
    def post(self, request: Request) -> None:
        """With the code from the mail, which signs in; every other session ends."""


class SessionView(APIView):
    """`auth/session`."""

    @step("See who is signed in", name="read_session", gives=shapes.SignedIn)
    def get(self, request: Request) -> None:
        """The account and how it was signed in, or 401."""

    @step("Sign out", name="sign_out")
    def delete(self, request: Request) -> None:
        """End this device's session, from the next request on. Always answers 401: nobody is signed in."""


class SessionsView(APIView):
    """`auth/sessions`."""

    @step("List signed-in devices", name="list_sessions", gives=shapes.DeviceSessions)
    def get(self, request: Request) -> None:
        """All sessions of the account."""

    @step("Sign out devices", name="end_sessions", body=shapes.SessionsToEnd, gives=shapes.DeviceSessions)
    @described_with_body
    def delete(self, request: Request) -> None:
        """End these sessions; gives those that are left, or 401 when this one was among them.

        Without a body all of them end.
        """


class PasswordAgainView(APIView):
    """`auth/reauthenticate`."""

    @step("Give the password again", name="reauthenticate", body=shapes.PasswordAgain, gives=shapes.SignedIn)
    def post(self, request: Request) -> None:
        """Sensitive steps answer 401 with `reauthenticate` pending until then."""


class PasswordChangeView(APIView):
    """`account/password/change`."""

    @step("Change the password", name="change_password", body=shapes.PasswordChange)
    def post(self, request: Request) -> None:
        """Every session ends, this one included: 401. Sign in with the new password."""


DESCRIBED: Final[Mapping[str, type[APIView]]] = {
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
}

Endpoint = tuple[str, str, str, Any]


def with_identity(endpoints: list[Endpoint]) -> list[Endpoint]:
    """The endpoints that the generator found, and these (a preprocessing hook of drf-spectacular's)."""
    described = [
        (PREFIX + address, PREFIX + address, method.upper(), view.as_view())
        for address, view in DESCRIBED.items()
        for method in ("get", "post", "delete")
        if hasattr(view, method)
    ]
    return [*endpoints, *described]
