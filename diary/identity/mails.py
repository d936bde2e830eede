"""The mails about accounts: what each says. How they look is in `diary/templates/identity/`.

Nothing in them tells about anyone's health, and those to a stranger's address tell nothing about the account.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.format.normal_form import shown_email
from diary.reaching.languages import DEFAULT
from diary.service_name import service_name


@dataclass(frozen=True, slots=True)
class Letter:
    """One kind of mail. `before` and `after` stand around the code, if there is one; {names} come from allauth."""

    subject: Promise
    before: Promise
    after: Promise
    about_a_change: bool = False
    undoable: bool = False
    """Whether it has the link that brings back address and second factors (`diary.identity.flows.undoing`)."""


_IGNORE: Final = _("If you didn't ask for this, you can ignore this email: nothing happens without the code.")
_NOT_YOU: Final = _(
    "If this was you, you don't need to do anything. If it wasn't, choose “forgot password” now: that signs "
    "out every device, theirs included. If signing in then asks for a second factor that isn't yours, use one of your "
    "recovery codes, or undo its change with the link in the email about it."
)
UNDO: Final = _(
    "If this was you, you don't need to do anything. If it wasn't, undo it within 7 days: your email address, second "
    "factors and recovery codes are then as they were before, and every device is signed out. Reset your password "
    "after that. If you can't sign in because a second factor is lost, use one of your recovery codes."
)
UNDO_LABEL: Final = _("Undo this change")


def _change(what: Promise, subject: Promise) -> Letter:
    return Letter(subject, what, _NOT_YOU, about_a_change=True)


def _undoable(what: Promise, subject: Promise) -> Letter:
    return Letter(subject, what, UNDO, about_a_change=True, undoable=True)


CHANGE_REQUESTED: Final = "identity/email_change_requested"
"""The one mail that allauth does not know."""

LETTERS: Final[Mapping[str, Letter]] = {
    "account/email/email_confirmation_signup": Letter(
        _("Your code to finish signing up"), _("Welcome. Enter this code to finish signing up:"), _IGNORE
    ),
    "account/email/email_confirmation": Letter(
        _("Your code to confirm this address"), _("Enter this code to confirm your email address:"), _IGNORE
    ),
    "account/email/password_reset_code": Letter(
        _("Your code to reset your password"), _("Enter this code to choose a new password:"), _IGNORE
    ),
    "account/email/account_already_exists": Letter(
        _("Your symptom diary account"),
        _("Someone, probably you, tried to sign up with this address, but it already has an account."),
        _(
            "If this was you, sign in with your password. If you've forgotten it, choose “forgot password”. "
            "If it wasn't, you don't need to do anything."
        ),
    ),
    "account/email/unknown_account": Letter(
        _("No account with this address"),
        _("Someone, probably you, asked to reset the password for this address, but it has no account."),
        _(
            "If this was you, try the address you signed up with, or sign up. If it wasn't, you don't "
            "need to do anything."
        ),
    ),
    CHANGE_REQUESTED: Letter(
        _("Your email address is about to change"),
        _(
            "Someone signed in to your account asked to change its email address to {to_email}. It will change when "
            "the code sent there is entered."
        ),
        _(
            "If this was you, you don't need to do anything. If it wasn't, reset your password now: that "
            "signs out every device and stops the change."
        ),
        about_a_change=True,
    ),
    "account/email/email_changed": _undoable(
        _("The email address of your account was changed from {from_email} to {to_email}."),
        _("Your email address was changed"),
    ),
    "account/email/email_deleted": _undoable(
        _("The email address {deleted_email} was removed from your account."), _("An email address was removed")
    ),
    "account/email/email_confirm": _change(
        _("Your email address was confirmed."), _("Your email address was confirmed")
    ),
    "account/email/password_changed": _change(
        _(
            "Your password was changed, and every device was signed out. When you sign in, the app asks you to check "
            "your devices and people. Anything added recently gets nothing until you confirm it."
        ),
        _("Your password was changed"),
    ),
    "account/email/password_set": _change(_("A password was set for your account."), _("A password was set")),
    "account/email/password_reset": _change(
        _(
            "Your password was reset, and every device was signed out. When you sign in, the app asks you to check "
            "your devices and people. Anything added recently gets nothing until you confirm it."
        ),
        _("Your password was reset"),
    ),
    "mfa/email/totp_activated": _undoable(
        _("Signing in now also asks for a code from your authenticator app."), _("Second factor switched on")
    ),
    "mfa/email/totp_deactivated": _undoable(
        _("Signing in no longer asks for a code from an authenticator app."), _("Second factor switched off")
    ),
    "mfa/email/recovery_codes_generated": _undoable(
        _("New recovery codes were made. The old ones no longer work."), _("New recovery codes")
    ),
    "mfa/email/webauthn_added": _undoable(_("A passkey was added to your account."), _("A passkey was added")),
    "mfa/email/webauthn_removed": _undoable(_("A passkey was removed from your account."), _("A passkey was removed")),
}


def identity_mail(
    *, name: str, to: list[str], context: Mapping[str, Any], headers: Mapping[str, str], language: str = DEFAULT
) -> EmailMultiAlternatives:
    """The mail `name` (as allauth calls it), as plain text and HTML. Raises KeyError for one no one has written."""
    letter = LETTERS[name]
    with translation.override(language):
        view = {
            "subject": str(letter.subject),
            "before": str(letter.before).format_map(_readable(context)),
            "code": context.get("code"),
            "happened": context.get("timestamp") if letter.about_a_change else None,
            "network": context.get("ip"),
            "after": str(letter.after),
            **(help_view(link=context.get("undo"), label=UNDO_LABEL) if letter.about_a_change else {}),
        }
        return mail_of(view, to=to, headers=headers)


def help_view(*, link: str | None = None, label: Promise | None = None) -> dict[str, Any]:
    """What mails about a change end with: the link that helps, if there is one, and whom to write to."""
    return {"link": link, "link_label": str(label) if label else None, "support": settings.SUPPORT_EMAIL}


def _readable(context: Mapping[str, Any]) -> dict[str, Any]:
    """With addresses as people write them."""
    return {name: shown_email(value) if name.endswith("_email") else value for name, value in context.items()}


def mail_of(
    view: Mapping[str, Any], *, to: list[str], headers: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    """A mail about an account, in the language that is active: `view` says what its templates show."""
    signed = {"service": service_name(), "public_url": settings.PUBLIC_URL}
    view = {**view, **signed, "language": translation.get_language()}
    mail = EmailMultiAlternatives(
        view["subject"],
        render_to_string("identity/mail.txt", view).strip() + "\n",
        settings.DEFAULT_FROM_EMAIL,
        to,
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
    )
    mail.attach_alternative(render_to_string("identity/mail.html", view), "text/html")
    return mail
