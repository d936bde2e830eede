"""What django-allauth refuses, in the words and codes of the rest of the API."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_noop as _

from diary.format.strict_json import FieldError, escape
from diary.problem_types import ProblemType, type_for_status
from diary.problems import Problem

DETAILS: Final[Mapping[ProblemType, str]] = {
    ProblemType.INVALID: _("Some fields are invalid; see `errors`."),
    ProblemType.REAUTHENTICATION_REQUIRED: _("You are signed in. Confirm who you are to continue."),
    ProblemType.SIGN_IN_INCOMPLETE: _("You are not signed in."),
    ProblemType.FORBIDDEN: _("You are not allowed to do this."),
    ProblemType.NOT_FOUND: _("There is nothing at this address, or you may not see it."),
    ProblemType.METHOD_NOT_ALLOWED: _("This address does not allow the method."),
    ProblemType.STEP_NOT_POSSIBLE: _("This step was not started, or is already complete."),
    ProblemType.SESSION_ENDED: _("This session has ended. Sign in again."),
    ProblemType.TOO_MANY_ATTEMPTS: _("Too many attempts. Try again in a minute."),
}
_PENDING: Final[Mapping[str, str]] = {
    "verify_email": _("Enter the code from the email to continue."),
    "mfa_authenticate": _("Enter a code from your authenticator app, use a passkey, or enter a recovery code."),
    "password_reset_by_code": _("Enter the code from the email, and a new password."),
}
"""What someone does next who has begun to sign in, by the flow that is pending."""
_TYPES: Final[Mapping[int, ProblemType]] = {kind.status: kind for kind in DETAILS}
_HEADERS: Final[Mapping[ProblemType, Mapping[str, str]]] = {
    ProblemType.REAUTHENTICATION_REQUIRED: {"WWW-Authenticate": "Bearer"},
    ProblemType.SIGN_IN_INCOMPLETE: {"WWW-Authenticate": "Bearer"},
    ProblemType.TOO_MANY_ATTEMPTS: {"Retry-After": "60"},
}
_TOO_MANY: Final = frozenset({"too_many_login_attempts", "rate_limited"})
"""Codes with which a form refuses for the same reason."""
_CODES: Final[Mapping[str, str]] = {
    "invalid": "invalid_value",
    "invalid_choice": "invalid_value",
    "max_length": "invalid_value",
    "min_length": "invalid_value",
    "null_characters_not_allowed": "invalid_text",
}
"""Codes of Django's forms that the rest of the API has another name for."""
_SAYS: Final[Mapping[str, str]] = {
    "add_email_blocked": _("can't be changed while a second factor is on"),
    "cannot_delete_authenticator": _("can't be removed"),
    "cannot_generate_recovery_codes": _("Recovery codes need a second factor."),
    "cannot_remove_primary_email": _("can't be removed, as it is the only address"),
    "duplicate_email": _("is an address of this account already"),
    "email_password_mismatch": _("The email address or the password is wrong."),
    "email_taken": _("belongs to another account"),
    "enter_current_password": _("The current password is wrong."),
    "incorrect_code": _("The code is wrong or has expired."),
    "incorrect_password": _("The password is wrong."),
    "invalid_or_expired_key": _("The code is wrong or has expired."),
    "invalid_password_reset": _("The code is wrong or has expired."),
    "rate_limited": _("Too many attempts. Try again in a minute."),
    "required": _("is required"),
    "same_as_current": _("must differ from the current one"),
    "too_many_login_attempts": _("Too many attempts. Try again in a minute."),
    "unverified_email": _("Verify the email address first."),
    "unverified_primary_email": _("Verify the email address first."),
}
"""In our words, by allauth's codes: it speaks to people now like a friend, now like an office. The others are Django's
own, and in the active language already."""


def refusal(
    status: int, *, errors: Sequence[Mapping[str, str]] = (), allow: str = "", members: Mapping[str, Any] | None = None
) -> Problem:
    """The problem for an answer of allauth's with this status and these errors; `allow` is its header, if any."""
    members = members or {}
    limited = any(error.get("code") in _TOO_MANY for error in errors)
    kind = ProblemType.TOO_MANY_ATTEMPTS if limited else _kind(status, members)
    return Problem(
        kind,
        _detail(kind, members),
        errors=[_field_error(error) for error in errors],
        headers={**_HEADERS.get(kind, {}), **({"Allow": allow} if allow else {})},
        members=members,
    )


def _kind(status: int, members: Mapping[str, Any]) -> ProblemType:
    if status == ProblemType.REAUTHENTICATION_REQUIRED.status and members.get("meta", {}).get("is_authenticated"):
        return ProblemType.REAUTHENTICATION_REQUIRED
    return _TYPES.get(status) or type_for_status(status)


def _detail(kind: ProblemType, members: Mapping[str, Any]) -> str:
    if kind is ProblemType.SIGN_IN_INCOMPLETE:
        pending = (flow["id"] for flow in members.get("data", {}).get("flows", ()) if flow.get("is_pending"))
        return next((_PENDING[flow] for flow in pending if flow in _PENDING), DETAILS[kind])
    return DETAILS.get(kind, kind.meaning)


def _field_error(error: Mapping[str, str]) -> FieldError:
    param, code = error.get("param"), error.get("code", "invalid")
    return FieldError(f"/{escape(param)}" if param else "", _CODES.get(code, code), _SAYS.get(code, error["message"]))
