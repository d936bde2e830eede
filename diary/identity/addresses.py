"""Whose address it is: only the code that was mailed there proves it."""

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, QuerySet

from diary.locks import hold_accounts
from diary.models.user import User


def is_proved(*, user: User) -> bool:
    """Whether the user has ever proved an address, and so the account is somebody's."""
    return bool(EmailAddress.objects.filter(user=user, verified=True).exists())


def unproved_users(*, email: str) -> QuerySet[User]:
    """Accounts that took the normalised address and never proved it. They hold nothing: nobody could sign in.

    Sign-ups made them once; today there is no account before the proof (`diary.identity.signing_up`).
    """
    proofs = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return User.objects.filter(~Exists(proofs), email=email, last_login=None, is_staff=False)


def is_taken(*, email: str) -> bool:
    """Whether the normalised address belongs to an account: one that was proved, or was made here by hand."""
    return User.objects.filter(email=email).exclude(pk__in=unproved_users(email=email)).exists()


def remove(unproved: QuerySet[User]) -> None:
    """Let go of them, with the empty diaries of theirs."""
    hold_accounts(unproved.values_list("pk", flat=True))  # before their diaries, as whoever erases one
    unproved.delete()
