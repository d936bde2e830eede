"""What we decide where django-allauth asks: who gets a diary, which addresses are allowed, who is notified of what.

`AccountAdapter` is about accounts and their mails, `SecondFactorAdapter` about codes and passkeys.
"""

import logging
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language_from_request, gettext, gettext_noop

from diary.format.normal_form import is_mailbox, normal_email, normal_password
from diary.identity.addresses import is_proved, remove, unproved_users
from diary.identity.flows.changing import hold
from diary.identity.flows.undoing import carried, links_of_former_mailboxes
from diary.identity.mail_budgets import may_be_mailed
from diary.identity.mails import CHANGE_REQUESTED, LETTERS, identity_mail
from diary.identity.sessions import token_digest
from diary.limits.networks import network_of
from diary.locks import hold_account
from diary.models.session import Session
from diary.models.user import User
from diary.problem_types import ProblemType
from diary.problems import Problem
from diary.reaching.endpoints import note_working
from diary.reaching.languages import language_at, language_said
from diary.reaching.mail_failures import MAIL_FAILURES
from diary.reaching.notices import announce, announce_later
from diary.reaching.suspending import begin_review
from diary.sealing import opened, sealed

logger: Final = logging.getLogger(__name__)
_events: Final = structlog.get_logger(__name__)

_NOBODY: Final = User(password=make_password(None))
_PROVE_ADDRESS: Final = "diary.identity.flows.signing_up.ProveAddressStage"


def display_name(user: User) -> str:
    """How the account is called where it is shown to its owner."""
    return user.get_full_name()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts: an address that is proved, a password, and a diary from the first moment."""

    def clean_email(self, email: str) -> str:
        """The address as stored. One that only reads like another (full-width letters, ligatures) is refused.

        So is one that mail from the internet does not reach.
        """
        if not is_mailbox(email):
            raise ValidationError(gettext("must be an email address, such as alice@example.org"), code="invalid")
        return normal_email(email)

    def clean_password(self, password: str, user: User | None = None) -> str:
        """The password as hashed; raises ValidationError for one that is soon guessed, whatever its spelling."""
        cleaned: str = super().clean_password(normal_password(password), user=user)
        return cleaned

    def get_login_stages(self) -> list[str]:
        """Ours where an address has to be proved."""
        stages = super().get_login_stages()
        return [_PROVE_ADDRESS if name.endswith(".EmailVerificationStage") else name for name in stages]

    def set_password(self, user: User, password: str) -> None:
        """Ends every session: the new password makes them worthless, and so they go. What was added of late waits.

        Raises UpdateError when the credentials were changed while the request was under way.
        """
        with transaction.atomic():
            hold(user)
            announce(user_id=user.pk, kind="credentials_changed", by_mail=False, now=timezone.now())
            begin_review(user, acting=_session_of(self.request), now=timezone.now())
            super().set_password(user, password)
            Session.objects.filter(user=user).delete()

    def pre_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse | None:
        """None lets the sign-in go on. Raises UpdateError when what it was proved with has been changed meanwhile."""
        hold(user)
        refusal: HttpResponse | None = super().pre_login(request, user, **how)
        return refusal

    def login(self, request: HttpRequest, user: User) -> None:
        """The last step of every way in."""
        super().login(request, user)
        _events.info("signed in", account=str(user.pk), network=network_of(request))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The proved owner gets the address, also from an account that took it and never proved anything."""
        with transaction.atomic():
            remove(unproved_users(email=email_address.email).exclude(pk=email_address.user_id))
            confirmed: bool = super().confirm_email(request, email_address)
            user_id, email = email_address.user_id, email_address.email
            note_working(user_id=user_id, channel="email", endpoint="", address=email, at=timezone.now())
            return confirmed

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user with these credentials. Until the address is proved they are as good as wrong ones.

        An address without an account costs the same statement and the same hash.
        """
        self.pre_authenticate(request, **credentials)
        user = User.objects.filter(email=normal_email(credentials.get("email", ""))).first()
        right = (user or _NOBODY).check_password(credentials["password"])
        if user is None or not right or not is_proved(user=user) or not hold_account(user.pk):
            _events.info("sign-in refused", network=network_of(request))
            return None
        self._rollback_login_failed_rl_usage()
        return user

    def send_code(self, email: str, code: str, letter: str, *, otherwise: str | None) -> None:
        """Mail the code, or where no one must get it the letter `otherwise`: the same work."""
        context = {"request": self.request, "code": None if otherwise else code}
        self.send_mail(f"account/email/{otherwise or letter}", email, context)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures are counted for an account from a network: elsewhere its owner is never locked out."""
        return f"{get_ip(request)} {normal_email(credentials.get('email', ''))}"

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """One of our mails, as text and HTML: in the language of the account, else in that of the request."""
        to = [email] if isinstance(email, str) else email
        whose: User | None = context.get("user")
        said = language_at(email=to[0]) if whose is None else language_said(user_id=whose.pk)
        language = said or get_language_from_request(self.request)
        return identity_mail(name=template_prefix, to=to, context=context, headers=headers or {}, language=language)

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """The code for a new address goes there; the address so far hears of it while it can still stop the change."""
        super().send_confirmation_mail(request, emailconfirmation, signup)
        new: EmailAddress = emailconfirmation.email_address
        if request.user.is_authenticated and new.email != new.user.email:
            self.send_notification_mail(CHANGE_REQUESTED, new.user, {"to_email": new.email})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Raises a 503 Problem when the mail server does not take it; the request is then undone as a whole.

        Nothing is sent once the mailbox, or whoever asks, has had enough for a day.
        """
        if not may_be_mailed(self.request, letter=template_prefix, email=email):
            return
        try:
            super().send_mail(template_prefix, email, context)
        except MAIL_FAILURES as error:
            raise Problem(
                ProblemType.MAIL_NOT_SENT,
                gettext_noop(
                    "The email for this step could not be sent, so nothing was changed. Try again in a minute."
                ),
                retry_after=60,
            ) from error

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the user of a change, on every device too, with the link that undoes it. Devices that a new password
        signs out heard of it before.

        A password can be changed while the mail server is down: that may be urgent. A link that was not taken then is
        owed.
        """
        now, prepared, letter = timezone.now(), carried(self.request), LETTERS[template_prefix]
        first = email or EmailAddress.objects.get_primary_email(user) or user.email
        links = dict.fromkeys([first])
        if letter.undoable:
            if prepared is not None:
                links[first], prepared.mailed = prepared.link, True
            links = {**links_of_former_mailboxes(user_id=user.pk, now=now), **links}
        for address, link in links.items():
            try:
                told = {**(context or {}), "user": user, "undo": link}
                super().send_notification_mail(template_prefix, user, told, address)
            except Problem as problem:
                logger.warning("A notice was not sent: %s", template_prefix, exc_info=problem.__cause__)
                if link is not None:
                    announce_later(user_id=user.pk, address=address, link=link, now=now)
        announce(user_id=user.pk, kind="credentials_changed", by_mail=False, now=now)


def _session_of(request: HttpRequest | None) -> str | None:
    """The digest of the session that asks; none for what no request asked for."""
    return None if request is None else token_digest(request.session.session_key or "")


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are sealed like notes; passkeys belong to the public address, whatever host a request names."""

    def encrypt(self, text: str) -> str:
        """As kept in the database: a second factor that can be read there would be none."""
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `cryptography.fernet.InvalidToken` when no known key sealed it."""
        return opened(encrypted_text.encode())

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The relying party of every passkey."""
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "", "name": settings.MFA_TOTP_ISSUER}
