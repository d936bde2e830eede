"""Who may use the support pages, and how an account becomes one of these.

Only the owner of the database can write who is staff; the service, which serves every request, can read it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import ProgrammingError, transaction
from psycopg.errors import InsufficientPrivilege

from diary.format.normal_form import normal_email
from diary.models import SupportStaff, User

_FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class NotStaff(Exception):
    """The account cannot be made staff, or is none; the message says why."""


def is_staff(*, user_id: UUID) -> bool:
    """Whether the account is one of support's."""
    return SupportStaff.objects.filter(pk=user_id, user__is_active=True).exists()


def has_second_factor(*, user_id: UUID) -> bool:
    """Whether it has anything to show beside its password; recovery codes alone are none."""
    found: bool = Authenticator.objects.filter(user_id=user_id, type__in=_FACTORS).exists()
    return found


@transaction.atomic
def add_staff(*, address: str, authenticator: bool, now: datetime) -> str | None:
    """Let an account whose address is confirmed, and which has a second factor, use the support pages.

    `authenticator` gives one to an account without: its secret is returned, for an app, and shown never again. Raises
    NotStaff, also for a login of the database that is not its owner's.
    """
    user = User.objects.filter(email=normal_email(address), is_active=True).first()
    if user is None or not EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists():
        raise NotStaff("There is no account with this address, or it is not confirmed: sign up with it first.")
    with _as_owner():
        SupportStaff.objects.get_or_create(pk=user.pk, defaults={"since": now})
    if has_second_factor(user_id=user.pk):
        return None
    if not authenticator:
        raise NotStaff("The account has no second factor: add one in an app, or give it one with --authenticator.")
    secret = str(generate_totp_secret())
    TOTP.activate(user, secret)
    return secret


def remove_staff(*, address: str) -> None:
    """The pages are closed to the account from its next request on. Raises NotStaff."""
    with _as_owner():
        removed, _ = SupportStaff.objects.filter(user__email=normal_email(address)).delete()
    if not removed:
        raise NotStaff("No account with this address is staff.")


@contextmanager
def _as_owner() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            raise NotStaff("Only the owner of the database can do this: give its login as DATABASE_URL.") from error
        raise
