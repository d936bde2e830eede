"""Whose address it is: only the code that was mailed there proves it."""

from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from diary.locks import hold_accounts
from diary.models.user import User

_KEPT: Final = timedelta(days=1)
_AT_ONCE: Final = 500


def is_proved(*, user: User) -> bool:
    """Whether the user has ever proved an address, and so the account is someone's."""
    return bool(EmailAddress.objects.filter(user=user, verified=True).exists())


def unproved_users(**which: Any) -> QuerySet[User]:
    """Accounts that took an address and never proved it; `which` are fields of theirs.

    They hold nothing: no one could sign in. Sign-ups made them once; today there is no account before the proof
    (`diary.identity.flows.signing_up`).
    """
    proofs = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return User.objects.filter(~Exists(proofs), last_login=None, is_staff=False, **which)


def is_taken(*, email: str) -> bool:
    """Whether the normalised address belongs to an account: one that was proved, or was made here by hand."""
    return User.objects.filter(email=email).exclude(pk__in=unproved_users(email=email)).exists()


def sweep_unproved(*, now: datetime) -> int:
    """Let go of those whose code is long over, so many at a time; gives how many. Safe to run twice, and at once."""
    old = unproved_users(date_joined__lt=now - _KEPT).order_by("date_joined").values_list("pk", flat=True)
    some = list(old[:_AT_ONCE])
    with transaction.atomic():
        remove(unproved_users(pk__in=some))
    return len(some)


def remove(unproved: QuerySet[User]) -> None:
    """Let go of them, with the empty diaries of theirs."""
    hold_accounts(unproved.values_list("pk", flat=True))  # before their diaries, as whoever erases one
    unproved.delete()
