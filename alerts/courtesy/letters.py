"""What a courtesy says, in its recipient's language."""

from collections.abc import Callable, Mapping
from typing import Final

from alerts.messages.message import Message
from alerts.messages.reminder import reminder
from alerts.models import Courtesy
from diary.reaching.languages import language_of


def letter_of(courtesy: Courtesy, *, links_epoch: int) -> Message:
    """The message, with links that are good while the recipient's epoch is this."""
    return _LETTERS[courtesy.kind](courtesy, links_epoch, language_of(user_id=courtesy.user_id))


def _reminder(courtesy: Courtesy, links_epoch: int, language: str) -> Message:
    return reminder(
        id_=courtesy.pk,
        at=courtesy.created_at,
        again=courtesy.kind == "later",
        links_epoch=links_epoch,
        language=language,
    )


_LETTERS: Final[Mapping[str, Callable[[Courtesy, int, str], Message]]] = {"reminder": _reminder, "later": _reminder}
