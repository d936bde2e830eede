"""Second factors and passkeys in the published contract: what `diary.api.contract.identity` is for signing in."""

from collections.abc import Mapping
from typing import Final

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.request import Request
from rest_framework.views import APIView

from diary.api.account import described_with_body
from diary.api.contract import factor_shapes as shapes
from diary.api.contract.identity_shapes import SecondFactor, SignedIn
from diary.api.contract.identity_steps import Unsigned, step

_PASSWORDLESS: Final = OpenApiParameter(
    "passwordless",
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.QUERY,
    description="Asks for a passkey that signs in on its own. Without it, it is a second factor only.",
)
_OFF: Final = OpenApiResponse(
    shapes.AuthenticatorAppOff, description="There is no authenticator app yet; `meta` has the secret for a new one."
)


class PasskeySignInView(Unsigned):
    """`auth/webauthn/login`."""

    @step("Begin signing in with a passkey", name="begin_passkey_sign_in", gives=shapes.PasskeyChallenge)
    def get(self, request: Request) -> None:
        """Gives a challenge for any passkey of this service. `meta.session_token` belongs to the next request."""

    @step("Sign in with a passkey", name="sign_in_with_passkey", body=shapes.PasskeyProof, gives=SignedIn)
    def post(self, request: Request) -> None:
        """Send what the passkey signed. No password is needed."""


class PasskeySecondFactorView(Unsigned):
    """`auth/webauthn/authenticate`."""

    @step("Begin a passkey as second factor", name="begin_passkey_factor", gives=shapes.PasskeyChallenge)
    def get(self, request: Request) -> None:
        """Gives a challenge for the passkeys of the account, while `mfa_authenticate` is pending."""

    @step("Give a passkey as second factor", name="give_passkey_factor", body=shapes.PasskeyProof, gives=SignedIn)
    def post(self, request: Request) -> None:
        """Send what the passkey signed."""


class CodeAgainView(APIView):
    """`auth/2fa/reauthenticate`."""

    @step("Reauthenticate with a code", name="reauthenticate_with_code", body=SecondFactor, gives=SignedIn)
    def post(self, request: Request) -> None:
        """Send a code from the authenticator app, or a recovery code."""


class PasskeyAgainView(APIView):
    """`auth/webauthn/reauthenticate`."""

    @step("Begin reauthenticating with a passkey", name="begin_passkey_reauthentication", gives=shapes.PasskeyChallenge)
    def get(self, request: Request) -> None:
        """Gives a challenge for the passkeys of the account."""

    @step("Reauthenticate with a passkey", name="reauthenticate_with_passkey", body=shapes.PasskeyProof, gives=SignedIn)
    def post(self, request: Request) -> None:
        """Send what the passkey signed."""


class FactorsView(APIView):
    """`account/authenticators`."""

    @step("List second factors", name="list_second_factors", gives=shapes.Factors)
    def get(self, request: Request) -> None:
        """Lists the authenticator app, the passkeys and the recovery codes of the account."""


class AuthenticatorAppView(APIView):
    """`account/authenticators/totp`."""

    @step(
        "Read the authenticator app",
        name="read_authenticator_app",
        gives=shapes.OneFactor,
        problems=[404],
        refusals={404: _OFF},
    )
    def get(self, request: Request) -> None:
        """While there is none, answers 404 with a new secret in `meta`."""

    @step("Add an authenticator app", name="add_authenticator_app", body=shapes.AppCode, gives=shapes.OneFactor)
    def post(self, request: Request) -> None:
        """Send a code that the app shows for the secret. Needs recent reauthentication, and ends all other sessions."""

    @step("Remove the authenticator app", name="remove_authenticator_app", gives=shapes.FactorsRemoved)
    def delete(self, request: Request) -> None:
        """Needs recent reauthentication, and ends all other sessions."""


class RecoveryCodesView(APIView):
    """`account/authenticators/recovery-codes`."""

    @step("Read the recovery codes", name="read_recovery_codes", gives=shapes.RecoveryCodes, problems=[404])
    def get(self, request: Request) -> None:
        """Shows the codes themselves to someone who has just confirmed who they are. 404 if there are none."""

    @step("Make new recovery codes", name="make_recovery_codes", gives=shapes.RecoveryCodes)
    def post(self, request: Request) -> None:
        """The old ones stop working. Needs recent reauthentication, and ends all other sessions."""


class PasskeysView(APIView):
    """`account/authenticators/webauthn`."""

    @step("Begin adding a passkey", name="begin_passkey", gives=shapes.PasskeyToMake, parameters=[_PASSWORDLESS])
    def get(self, request: Request) -> None:
        """Gives what the browser or phone makes a passkey from. Needs recent reauthentication."""

    @step("Add a passkey", name="add_passkey", body=shapes.NewPasskey, gives=shapes.PasskeyAdded)
    def post(self, request: Request) -> None:
        """Send what the browser or phone made. Needs recent reauthentication, and ends all other sessions."""

    @step("Rename a passkey", name="rename_passkey", body=shapes.PasskeyName, gives=shapes.OneFactor)
    def put(self, request: Request) -> None:
        """Changes only its name."""

    @step("Delete passkeys", name="delete_passkeys", body=shapes.PasskeysToDelete, gives=shapes.FactorsRemoved)
    @described_with_body
    def delete(self, request: Request) -> None:
        """Needs recent reauthentication, and ends all other sessions."""


FACTORS: Final[Mapping[str, type[APIView]]] = {
    "auth/webauthn/login": PasskeySignInView,
    "auth/webauthn/authenticate": PasskeySecondFactorView,
    "auth/2fa/reauthenticate": CodeAgainView,
    "auth/webauthn/reauthenticate": PasskeyAgainView,
    "account/authenticators": FactorsView,
    "account/authenticators/totp": AuthenticatorAppView,
    "account/authenticators/recovery-codes": RecoveryCodesView,
    "account/authenticators/webauthn": PasskeysView,
}
