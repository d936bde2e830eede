"""In which language somebody is spoken to: the one they chose, else that of their own diary, else English."""

from typing import Final
from uuid import UUID

from diary.models.user import User

DEFAULT: Final = "en"
"""For who never said. Every text is complete in it."""


def language_of(*, user_id: UUID) -> str:
    """The language of an account, in one statement; English for an account that is gone."""
    said = User.objects.filter(pk=user_id).values_list("preferences__language", "patient__language").first()
    return next(filter(None, said or ()), DEFAULT)
