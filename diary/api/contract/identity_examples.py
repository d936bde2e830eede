"""Examples of the identity API in the published contract."""

from collections.abc import Mapping
from typing import Any, Final

from diary.api.contract import identity_shapes as shapes
from diary.api.contract.illustrating import Examples
from diary.identity.refusals import DETAILS
from diary.problem_types import ProblemType
from diary.problems import CONTENT_TYPE, Problem

_USER: Final = {
    "id": "0198c0de-0000-7000-8000-0000000000a1",
    "display": "Alice",
    "email": "alice@example.org",
    "has_usable_password": True,
}
_TOKEN: Final = "y6qb9mq676guku7kzgf4vb0izei6dtmd"  # noqa: S105 of no one
_PASSWORD: Final = "correct horse battery staple"  # noqa: S105
_PASSWORD_METHOD: Final = {"method": "password", "at": 1774766400.5, "email": "alice@example.org"}

IDENTITY: Final[Examples] = {
    shapes.SignUp: {"email": "alice@example.org", "password": _PASSWORD, "name": "Alice"},
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
    shapes.StepNeeded: Problem(
        ProblemType.SIGN_IN_INCOMPLETE,
        DETAILS[ProblemType.SIGN_IN_INCOMPLETE],
        members={
            "data": {"flows": [{"id": "login"}, {"id": "signup"}, {"id": "verify_email", "is_pending": True}]},
            "meta": {"is_authenticated": False, "session_token": "5yfe67x7iqgbo49369qxtukmwejisqwn"},
        },
    ).body(),
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
