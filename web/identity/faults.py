"""What the identity API refuses, in words for the person at the form, by the field that it is about."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.format.strict_json import FieldError
from web.identity.step import Fault, Step

WHOLE: Final = ""
"""The field of what is wrong with the step as a whole."""
_BY_STATUS: Final[Mapping[int, Promise]] = {
    409: _("This step is over. Start again from the beginning."),
    429: _("Too many attempts. Please wait a minute, then try again."),
    503: _("The email couldn't be sent, so nothing was changed. Please try again in a minute."),
}
_BY_CODE: Final[Mapping[str, Promise]] = {
    "duplicate_email": _("This is your address already."),
    "email_password_mismatch": _("The email address or the password is wrong."),
    "enter_current_password": _("This isn't your password."),
    "entirely_numeric": _("Choose a password that isn't only numbers."),
    "incorrect_code": _("This code is wrong. Check the newest email, and enter its code."),
    "password_entirely_numeric": _("Choose a password that isn't only numbers."),
    "password_too_common": _("This password is easy to guess. Choose another one."),
    "password_too_short": _("Choose a password with at least 10 characters."),
    "password_too_similar": _("This password is too much like your name or address. Choose another one."),
    "required": _("Please fill this in."),
}
_BY_FIELD: Final[Mapping[str, Promise]] = {
    "email": _("Enter an email address, such as anna@example.org."),
    "name": _("Use a plain name, without links or special characters."),
    "password": _("Choose another password."),
    "new_password": _("Choose another password."),
    "code": _("This code is wrong. Codes of an authenticator app change every half minute and work once."),
}
_OTHERWISE: Final = _("That didn't work. Check what you entered.")
_SAME_FIELD: Final[Mapping[str, str]] = {"key": "code"}
"""What the form calls a field of the API, where it differs."""


def words(taken: Step) -> dict[str, Promise]:
    """What to say beside each field, and under WHOLE about the step; nothing of a step that was not refused."""
    if not taken.is_refused:
        return {}
    if (said := _BY_STATUS.get(taken.status)) is not None:
        return {WHOLE: said}
    found = {_field(fault): _said(fault) for fault in reversed(taken.faults)}
    return found or {WHOLE: _OTHERWISE}


def said_of(errors: Iterable[FieldError]) -> dict[str, Promise]:
    """The same for what was refused here, not by the identity API."""
    faults = [Fault(error.pointer.removeprefix("/"), error.code) for error in errors]
    return {_field(fault): _said(fault) for fault in reversed(faults)}


def _field(fault: Fault) -> str:
    return _SAME_FIELD.get(fault.field, fault.field)


def _said(fault: Fault) -> Promise:
    by_field = _BY_FIELD.get(fault.field, _OTHERWISE)
    return by_field if fault.field == "code" else _BY_CODE.get(fault.code, by_field)
