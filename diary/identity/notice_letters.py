"""What notices about an account say (`diary.reaching.notices`). They contain no health data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.format.normal_form import shown_email
from diary.identity.mails import UNDO, UNDO_LABEL, help_view, mail_of
from diary.models.notice import Notice, NoticeKind
from diary.sealing import readable


@dataclass(frozen=True, slots=True)
class NoticeLetter:
    """One kind of notice: its subject, also on lock screens, what happened, what helps, and what its link is for."""

    subject: Promise
    happened: Promise
    helps: Promise
    link: Promise | None = None


_RESET: Final = _(
    "If this was you, you don't need to do anything. If it wasn't, reset your password now. That signs out "
    "every device, and nothing more is sent to a place that was just added until you confirm it."
)
_CIRCLE: Final = _(
    "If this was you, you don't need to do anything. If it wasn't, end this person's access, and reset your "
    "password: that signs out every device."
)
_WAYS: Final = {
    "email": _("email"),
    "push": _("notifications on your phone"),
    "web_push": _("notifications in your browser"),
    "sms": _("text messages (SMS)"),
    "webhook": _("messages to your server"),
}
_PLATFORMS: Final = {"ios": "iOS", "android": "Android", "web": "Web"}

LETTERS: Final[Mapping[NoticeKind, NoticeLetter]] = {
    "device_added": NoticeLetter(
        _("Notifications go to a new device"),
        _("A new device ({platform}) now gets the notifications of your account."),
        _RESET,
    ),
    "device_taken": NoticeLetter(
        _("A device no longer gets your notifications"),
        _(
            "Another account signed in to the app on your device ({platform}). Its notifications now go to that "
            "account, not to yours."
        ),
        _(
            "This is what happens when a phone gets a new owner. If the phone is still yours, sign in to the app on it "
            "again: your notifications then come back."
        ),
    ),
    "webhook_added": NoticeLetter(
        _("Alerts go to a new server"),
        _("The server {host} was added to your account. It will get your alerts once it has passed a test."),
        _RESET,
    ),
    "phone_added": NoticeLetter(
        _("A phone number was added"),
        _("The phone number ending in {number} was added to your account. Your alerts are now sent there by SMS."),
        _RESET,
    ),
    "invited": NoticeLetter(
        _("Someone was invited to your diary"),
        _("{email} was invited to your diary."),
        _CIRCLE,
    ),
    "level_raised": NoticeLetter(
        _("Someone can now see more of your diary"),
        _("{email} can now see or do more in your diary than before."),
        _CIRCLE,
    ),
    "signed_out_everywhere": NoticeLetter(
        _("Every device was signed out"),
        _("Every device was signed out of your account."),
        _(
            "Sign in again and check what the app shows you: the devices, servers and phone number that get your "
            "alerts, and the people in your circle. Anything added recently gets nothing until you confirm it. Your "
            "alerts still come to this address."
        ),
    ),
    "credentials_changed": NoticeLetter(
        _("Your sign-in was changed"),
        _("The email address, password or second factor of your account was changed."),
        _("If this wasn't you, open the email about it: it says what helps."),
    ),
    "change_to_undo": NoticeLetter(
        _("Your sign-in was changed"),
        _("The email address or the second factors of your account were changed."),
        UNDO,
        UNDO_LABEL,
    ),
    "credentials_restored": NoticeLetter(
        _("Changes to your account were undone"),
        _(
            "The email address and second factors of your account are again as they were before a change, and every "
            "device was signed out. The email address is {email}."
        ),
        _(
            "Your password is still the same. Reset it now: the person who made the change may know it. "
            "Then check where you're signed in, and who is in your care circle."
        ),
    ),
    "factor_removal_asked": NoticeLetter(
        _("Your second factors are about to be removed"),
        _(
            "We were asked to remove the second factors from your account, because they are lost. We'll do so on "
            "{due}. Signing in then takes your password only."
        ),
        _("If you didn't ask for this, or have found them again, stop it here:"),
        _("Keep my second factors"),
    ),
    "factors_removed": NoticeLetter(
        _("Your second factors were removed"),
        _(
            "As announced, the second factors were removed from your account and every device was signed out. Signing "
            "in takes your password only."
        ),
        _("Set up a new second factor. If you didn't ask for this, take it back here:"),
        UNDO_LABEL,
    ),
    "endpoint_failing": NoticeLetter(
        _("Some of your messages don't arrive"),
        _("Messages that we send you this way don't arrive any more: {way}."),
        _(
            "Your alerts are also sent to you in other ways, if there are any. To get them this way again, open the "
            "app: check your email address and phone number, and sign in again on your phone."
        ),
    ),
}


def notice_mail(notice: Notice, *, language: str) -> EmailMultiAlternatives:
    """The notice as a mail in this language; its subject also serves a lock screen."""
    letter = LETTERS[notice.kind]  # type: ignore[index] # the constraint knows
    with translation.override(language):
        view = {
            "subject": str(letter.subject),
            "before": str(letter.happened).format_map(_readable(notice.facts)),
            "happened": notice.made_at,
            "after": str(letter.helps),
            **help_view(link=readable(bytes(notice.link)) if notice.link else None, label=letter.link),
        }
        return mail_of(view, to=[notice.address])


def _readable(facts: Mapping[str, Any]) -> dict[str, Any]:
    """With addresses and dates as people write them."""
    return {name: _said(name, value) for name, value in facts.items()}


def _said(name: str, value: str) -> str:
    if name == "due":
        return str(date_format(date.fromisoformat(value)))
    if name == "way":
        return str(_WAYS.get(value, value))
    return shown_email(value) if name == "email" else _PLATFORMS.get(value, value)
