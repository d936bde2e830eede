"""Examples of the identity API in the published contract."""

from collections.abc import Mapping
from typing import Any, Final

from diary.api.contract import factor_shapes as factors
from diary.api.contract import identity_shapes as shapes
from diary.api.contract.illustrating import Examples
from diary.identity.refusals import DETAILS, refusal
from diary.problem_types import ProblemType
from diary.problems import CONTENT_TYPE, Problem

_USER: Final = {
    "id": "0198c0de-0000-7000-8000-0000000000a1",
    "display": "Alice",
    "email": "alice@example.org",
    "has_usable_password": True,
    "health_consent_due": False,
}
_TOKEN: Final = "y6qb9mq676guku7kzgf4vb0izei6dtmd"  # noqa: S105 of no one
_PENDING: Final = "5yfe67x7iqgbo49369qxtukmwejisqwn"
_PASSWORD: Final = "correct horse battery staple"  # noqa: S105
_PASSWORD_METHOD: Final = {"method": "password", "at": 1774766400.5, "email": "alice@example.org"}

_SIGNED: Final = {
    "id": "YSBwYXNza2V5",
    "rawId": "YSBwYXNza2V5",
    "type": "public-key",
    "response": {"clientDataJSON": "eyJ0eXBlIjoi…", "authenticatorData": "mXUZtDK…", "signature": "MEQCIB…"},
}
_MADE: Final = _SIGNED | {"response": {"clientDataJSON": "eyJ0eXBlIjoi…", "attestationObject": "o2NmbXRkbm9uZQ…"}}
_CREATED: Final = {"created_at": 1774766400.5, "last_used_at": None}
_APP: Final = {"type": "totp", **_CREATED}
_PASSKEY: Final = {"type": "webauthn", **_CREATED, "id": 7, "name": "Alice's phone", "is_passwordless": True}
FACTORS: Final[Examples] = {
    factors.PasskeyProof: {"credential": _SIGNED},
    factors.AppCode: {"code": "271828"},
    factors.NewPasskey: {"name": "Alice's phone", "credential": _MADE},
    factors.PasskeyName: {"id": 7, "name": "Alice's new phone"},
    factors.PasskeysToDelete: {"authenticators": [7]},
    factors.PasskeyChallenge: {
        "status": 200,
        "data": {"request_options": {"publicKey": {"challenge": "p3dI…", "rpId": "diary.example.org"}}},
        "meta": {"session_token": _PENDING},
    },
    factors.PasskeyToMake: {
        "status": 200,
        "data": {"creation_options": {"publicKey": {"challenge": "p3dI…", "rp": {"id": "diary.example.org"}}}},
    },
    factors.Factors: {"status": 200, "data": [_APP, _PASSKEY]},
    factors.OneFactor: {"status": 200, "data": _APP},
    factors.PasskeyAdded: {"status": 200, "data": _PASSKEY, "meta": {"recovery_codes_generated": True}},
    factors.RecoveryCodes: {
        "status": 200,
        "data": {
            "type": "recovery_codes",
            **_CREATED,
            "total_code_count": 10,
            "unused_code_count": 10,
            "unused_codes": ["ZA7T3BPQ", "K9MDX2RW"],
        },
    },
    factors.FactorsRemoved: {"status": 200},
    factors.AuthenticatorAppOff: refusal(
        404,
        members={
            "meta": {
                "secret": "J4ZKKXTK7NOVU7EPUVY23LCDV4T2QZYM",
                "totp_url": "otpauth://totp/Symptom%20diary:alice%40example.org?secret=J4ZKKXTK7NOVU7EPUVY23LCDV4T2QZYM",
            }
        },
    ).body(),
}
"""Of second factors and passkeys."""

IDENTITY: Final[Examples] = {
    shapes.IdentityConfiguration: {
        "status": 200,
        "data": {
            "account": {"login_methods": ["email"], "is_open_for_signup": True},
            "mfa": {"supported_types": ["totp", "recovery_codes", "webauthn"], "passkey_login_enabled": True},
            "health_consent": {
                "version": "1",
                "text": "I agree that this service stores the health data that I record …",
                "minimum_ages": {"*": 16, "ES": 14},
            },
        },
    },
    shapes.SignUp: {
        "email": "alice@example.org",
        "password": _PASSWORD,
        "name": "Alice",
        "consent_version": "1",
        "age_at_least": 16,
        "region": "ES",
    },
    shapes.VerifyEmail: {"key": "7K3M-9QRT"},
    shapes.SignIn: {"email": "alice@example.org", "password": _PASSWORD},
    shapes.SecondFactor: {"code": "271828"},
    shapes.PasswordForgotten: {"email": "alice@example.org"},
    shapes.PasswordReset: {"key": "7K3M-9QRT", "password": "an entirely different secret"},
    shapes.PasswordAgain: {"password": _PASSWORD},
    shapes.PasswordChange: {"current_password": _PASSWORD, "new_password": "an entirely different secret"},
    shapes.SessionsToEnd: {"sessions": ["0198c0de-0000-7000-8000-0000000000d2"]},
    shapes.SignedIn: {
        "status": 200,
        "data": {"user": _USER, "methods": [_PASSWORD_METHOD]},
        "meta": {"is_authenticated": True, "session_token": _TOKEN, "access_token": _TOKEN},
    },
    shapes.DeviceSessions: {
        "status": 200,
        "data": [{"id": "0198c0de-0000-7000-8000-0000000000d1", "created_at": 1774766400.5, "is_current": True}],
    },
    shapes.StepNeeded: refusal(
        401,
        members={
            "data": {"flows": [{"id": "login"}, {"id": "signup"}, {"id": "verify_email", "is_pending": True}]},
            "meta": {"is_authenticated": False, "session_token": _PENDING},
        },
    ).body(),
    **FACTORS,
}
REFUSED: Final[Mapping[str, dict[str, Any]]] = {
    str(problem.status): problem.body()
    for problem in (
        Problem(kind, DETAILS[kind])
        for kind in (ProblemType.STEP_NOT_POSSIBLE, ProblemType.SESSION_ENDED, ProblemType.TOO_MANY_ATTEMPTS)
    )
}
"""By the status."""


def illustrate_identity(result: dict[str, Any]) -> None:
    """Put them beside the refusals of the identity API."""
    for path, methods in result["paths"].items():
        if path.startswith("/api/auth/"):
            for operation in methods.values():
                for status, problem in REFUSED.items():
                    operation["responses"][status]["content"][CONTENT_TYPE]["example"] = problem
