"""In which language someone is spoken to: the one they chose, else that of their own diary, else English."""

from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from diary.format.normal_form import normal_email
from diary.models.user import User

DEFAULT: Final = "en"
"""For who never said. Every text is complete in it."""


def language_of(*, user_id: UUID) -> str:
    """The language of an account, in one statement; English for an account that is gone."""
    return _said(User.objects.filter(pk=user_id)) or DEFAULT


def language_at(*, email: str) -> str | None:
    """The language that the account with this address asks for; None without an account, and for who never said."""
    return _said(User.objects.filter(email=normal_email(email)))


def language_said(*, user_id: UUID) -> str | None:
    """The language that an account asks for; None for who never said."""
    return _said(User.objects.filter(pk=user_id))


def _said(users: QuerySet[User]) -> str | None:
    said = users.values_list("preferences__language", "patient__language").first()
    return next(filter(None, said or ()), None)
