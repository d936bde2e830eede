"""The mailbox of someone: of the addresses that they proved to be theirs, the one that mails about a diary go to."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from diary.statements import Later, ask

_USED: Final = """
    SELECT DISTINCT ON (user_id) user_id, email FROM account_emailaddress
    WHERE user_id = ANY(%(users)s) AND verified ORDER BY user_id, "primary" DESC, id
"""


def mailbox_of(*, user_id: UUID) -> str | None:
    """Theirs; None for who proved no address."""
    return ask_mailboxes([user_id])().get(user_id)


def ask_mailboxes(user_ids: Collection[UUID]) -> Later[dict[UUID, str]]:
    """Those of several accounts, in the trip that is under way; who proved no address is left out."""
    rows = ask(_USED, {"users": list(user_ids)})
    return lambda: dict(rows())
