"""In which language someone is spoken to: the one they chose, else that of their own diary, else English.

What is refused is said as the request itself asks, where it does (`Accept-Language`): an app knows what its screen is
in.
"""

from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from diary.format.normal_form import normal_email
from diary.models.user import User
from diary.statements import fetch_all

DEFAULT: Final = "en"
"""For who never said. Every text is complete in it."""
_SAID: Final = """
    SELECT coalesce((SELECT language FROM diary_preferences WHERE user_id = %(user)s),
                    (SELECT language FROM diary_patient WHERE user_id = %(user)s))
"""


def language_of(*, user_id: UUID) -> str:
    """The language of an account, in one statement; English for an account that is gone."""
    return language_said(user_id=user_id) or DEFAULT


def language_at(*, email: str) -> str | None:
    """The language that the account with this address asks for; None without an account, and for who never said."""
    return _said(User.objects.filter(email=normal_email(email)))


def language_said(*, user_id: UUID) -> str | None:
    """The language that an account asks for; None for who never said."""
    said: str | None = fetch_all(_SAID, {"user": user_id})[0][0]
    return said


def language_in_session(*, digest: str) -> str | None:
    """The same of who is signed in there; None while no one is."""
    return _said(User.objects.filter(sessions__pk=digest))


def language_asked(accept_language: str) -> str | None:
    """The first language of the header's that there is; None where it names none."""
    for asked, _ in parse_accept_lang_header(accept_language):
        try:
            return get_supported_language_variant(asked)
        except LookupError:
            continue
    return None


def _said(users: QuerySet[User]) -> str | None:
    said = users.values_list("preferences__language", "patient__language").first()
    return next(filter(None, said or ()), None)
