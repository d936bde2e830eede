"""A change of password, address or second factors ends whatever else is signed in or under way for the account.

The session that makes the change goes on, except with a new password. Links in messages end with a new password or
address (`alerts.delivery.valid_links`). What can change any of these goes through here: allauth has a view for each,
and no common place of its own.
"""

from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from allauth.headless.account.views import ManageEmailView
from allauth.headless.mfa.views import ManageRecoveryCodesView, ManageWebAuthnView
from allauth.mfa.models import Authenticator
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from diary.identity.factors.codes import AuthenticatorAppView
from diary.identity.flows.undoing import carry, prepare
from diary.identity.flows.verifying import VerifyView
from diary.identity.sessions import token_digest
from diary.locks import hold_account
from diary.models.session import Session
from diary.models.user import User


def hold(user: User) -> None:
    """Keep the account's row until the transaction ends. Raises UpdateError if its credentials changed since read.

    `UpdateError` is what a request gets whose session ended while it was under way.
    """
    now = hold_account(user.pk)
    if now is None or now.credentials_epoch != user.credentials_epoch:
        raise UpdateError
    user.links_epoch = now.links_epoch


def end_all_else(request: HttpRequest, user: User, *, links: bool) -> None:
    """End every other session of `user` and everything under way, perhaps links too; the request's session goes on."""
    locked = hold_account(user.pk)
    if locked is None:
        raise UpdateError
    locked.credentials_epoch += 1
    locked.links_epoch += links
    locked.save(update_fields=["credentials_epoch", "links_epoch"])
    Session.objects.filter(user=locked).exclude(pk=token_digest(request.session.session_key or "")).delete()
    request.session[HASH_SESSION_KEY] = locked.get_session_auth_hash()


class _Credentials(NamedTuple):
    """What can be changed one by one: factors, and proved addresses. New recovery codes are a new factor."""

    factors: set[int]
    addresses: set[str]


class EndsAllElse:
    """A view of allauth's that changes credentials of the one who is signed in, or lets them look."""

    def handle(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The view's own answer; what else is signed in has ended if it changed anything, and a link can undo it."""
        user = request.user
        before = _credentials(user) if isinstance(user, User) and request.method != "GET" else None
        if not isinstance(user, User) or before is None:
            untouched: HttpResponseBase = super().handle(request, *args, **kwargs)  # type: ignore[misc]
            return untouched
        prepared = prepare(user, now=timezone.now())
        carry(request, prepared)
        answer: HttpResponseBase = super().handle(request, *args, **kwargs)  # type: ignore[misc]
        after = _credentials(user)
        if after != before:
            end_all_else(request, user, links=after.addresses != before.addresses)
        if after != before or prepared.mailed:
            prepared.row.save()
        return answer


class TotpView(EndsAllElse, AuthenticatorAppView):
    """The authenticator app."""


class RecoveryCodesView(EndsAllElse, ManageRecoveryCodesView):  # type: ignore[misc]
    """The codes for when it is lost."""


class PasskeysView(EndsAllElse, ManageWebAuthnView):  # type: ignore[misc]
    """Passkeys and keys. A new name for one is no change."""


class AddressView(EndsAllElse, ManageEmailView):  # type: ignore[misc]
    """The wish for a new address; the change itself comes with its code."""


class VerificationView(EndsAllElse, VerifyView):
    """The code that proves an address; at sign-up there is nothing else yet that could end."""


def _credentials(user: User) -> _Credentials:
    factors = Authenticator.objects.filter(user=user).values_list("pk", flat=True)
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return _Credentials(set(factors), set(addresses))
