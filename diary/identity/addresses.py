"""Whose address it is: only the code that was mailed there proves it."""

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, QuerySet

from diary.locks import hold_accounts
from diary.models.user import User


def is_proved(*, user: User) -> bool:
    """Whether the user has ever proved an address, and so the account is somebody's."""
    return bool(EmailAddress.objects.filter(user=user, verified=True).exists())


def unproved_users(*, email: str) -> QuerySet[User]:
    """Accounts that took the normalised address and never proved it. They hold nothing: nobody could sign in."""
    proofs = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return User.objects.filter(~Exists(proofs), email=email, last_login=None, is_staff=False)


def remove(unproved: QuerySet[User]) -> None:
    """Let go of them, with the empty diaries of theirs."""
    hold_accounts(unproved.values_list("pk", flat=True))  # before their diaries, as whoever erases one
    unproved.delete()
