"""What we decide where django-allauth asks: who gets a diary, which addresses pass, who is told what.

`AccountAdapter` is about accounts and their mails, `SecondFactorAdapter` about codes and passkeys.
"""

import logging
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import get_ip
from allauth.headless.base.response import AuthenticationResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language_from_request

from diary.identity.addresses import is_proved, remove, unproved_users
from diary.identity.changing import hold
from diary.identity.mail_budgets import may_be_mailed
from diary.identity.mails import CHANGE_REQUESTED, LETTERS, identity_mail
from diary.identity.sessions import token_digest
from diary.identity.undoing import carried, links_of_former_mailboxes
from diary.languages import language_at, language_said
from diary.locks import hold_account
from diary.mail_failures import MAIL_FAILURES
from diary.models.patient import Patient
from diary.models.session import Session
from diary.models.user import User
from diary.normal_form import is_public_email, is_spelled_out, normal_email, normal_password
from diary.notes import opened, sealed
from diary.notices import announce, announce_later
from diary.problems import Problem
from diary.suspending import begin_review

logger: Final = logging.getLogger(__name__)


def display_name(user: User) -> str:
    """How the account is called where it is shown to its owner."""
    return user.get_full_name()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts: an address, a password, and a diary from the first moment."""

    def clean_email(self, email: str) -> str:
        """The address as stored. One that only reads like another (full-width letters, ligatures) is refused.

        So is one that mail from the internet does not reach.
        """
        normal = normal_email(email)
        if not is_spelled_out(email) or not is_public_email(normal):
            raise ValidationError("Enter a valid email address.", code="invalid")
        return normal

    def clean_password(self, password: str, user: User | None = None) -> str:
        """The password as hashed; raises ValidationError for one that is soon guessed, whatever its spelling."""
        cleaned: str = super().clean_password(normal_password(password), user=user)
        return cleaned

    def save_user(self, request: HttpRequest, user: User, form: forms.BaseForm, commit: bool = True) -> User:
        """User and diary together. Of two sign-ups at once the later is answered like any known address."""
        user.name = form.cleaned_data.get("name", "")
        try:
            with transaction.atomic():
                super().save_user(request, user, form, commit)
                Patient.objects.create(user=user)
        except IntegrityError:
            self._answer_as_known(request, form.cleaned_data["email"])
        return user

    def _answer_as_known(self, request: HttpRequest, email: str) -> NoReturn:
        answer = prevent_enumeration(request, email=email)
        raise ImmediateHttpResponse(AuthenticationResponse.from_response(request, answer))

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner, and take as long as making an account would: that is mostly hashing the password."""
        User().set_password(email)
        super().send_account_already_exists_mail(email)

    def set_password(self, user: User, password: str) -> None:
        """Ends every session: the new password makes them worthless, and so they go. What was added of late waits.

        Raises UpdateError when the credentials were changed while the request was under way.
        """
        with transaction.atomic():
            hold(user)
            begin_review(user, acting=_session_of(self.request), now=timezone.now())
            super().set_password(user, password)
            Session.objects.filter(user=user).delete()

    def pre_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse | None:
        """None lets the sign-in go on. Raises UpdateError when what it was proved with has been changed meanwhile."""
        hold(user)
        refusal: HttpResponse | None = super().pre_login(request, user, **how)
        return refusal

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The proved owner gets the address, also from an account that took it and never proved anything."""
        with transaction.atomic():
            remove(unproved_users(email=email_address.email).exclude(pk=email_address.user_id))
            confirmed: bool = super().confirm_email(request, email_address)
            return confirmed

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user with these credentials. Until the address is proved they are as good as wrong ones.

        Otherwise signing up with somebody's address and then signing in would tell whether the address was known.
        """
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            return None
        if is_proved(user=user):
            return user if hold_account(user.pk) else None  # erased meanwhile
        self.pre_authenticate(request, **credentials)  # counts as the failure it is taken for
        return None

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
                503,
                "The mail that belongs to this step could not be sent, so nothing was changed. Try again in a minute.",
                headers={"Retry-After": "60"},
            ) from error

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the user of a change, on every device too, with the link that undoes it.

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
