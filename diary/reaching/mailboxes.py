"""The mailbox of someone: of the addresses that they proved to be theirs, the one that mails about a diary go to."""

from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from diary.statements import fetch_one

_USED: Final = """
    SELECT email FROM account_emailaddress WHERE user_id = %(user)s AND verified ORDER BY "primary" DESC, id LIMIT 1
"""


def mailbox_of(*, user_id: UUID) -> str | None:
    """Theirs; None for who proved no address."""
    used = fetch_one(_USED, {"user": user_id})
    return None if used is None else str(used[0])


def mailboxes() -> QuerySet[EmailAddress]:
    """All that are proved; the first of someone's is the one that is used."""
    proved: QuerySet[EmailAddress] = EmailAddress.objects.filter(verified=True).order_by("-primary", "pk")
    return proved
