"""What a courtesy says, in its recipient's language."""

from collections.abc import Callable, Mapping
from typing import Final

from alerts.courtesy.pauses import may_pause
from alerts.messages.message import Message
from alerts.messages.reminder import reminder
from alerts.messages.silence import silence_notice
from alerts.messages.trial import trial
from alerts.models import Courtesy
from diary.reaching.languages import language_of


def letter_of(courtesy: Courtesy) -> Message:
    """The message, with links that are good while the recipient's epoch is what it was when it was claimed."""
    return _LETTERS[courtesy.kind](courtesy, courtesy.user.links_epoch, language_of(user_id=courtesy.user_id))


def _reminder(courtesy: Courtesy, links_epoch: int, language: str) -> Message:
    return reminder(
        id_=courtesy.pk,
        at=courtesy.created_at,
        again=courtesy.kind == "later",
        links_epoch=links_epoch,
        language=language,
    )


def _silence(courtesy: Courtesy, links_epoch: int, language: str) -> Message:
    patient = courtesy.patient
    if patient is None:
        raise ValueError("a silence is someone's")
    return silence_notice(
        id_=courtesy.pk,
        at=courtesy.created_at,
        whose=patient.user.get_full_name(),
        days=patient.silence_notice_days or 0,
        may_pause=may_pause(courtesy),
        links_epoch=links_epoch,
        language=language,
    )


def _trial(courtesy: Courtesy, links_epoch: int, language: str) -> Message:
    return trial(id_=courtesy.pk, at=courtesy.created_at, links_epoch=links_epoch, language=language)


_LETTERS: Final[Mapping[str, Callable[[Courtesy, int, str], Message]]] = {
    "reminder": _reminder,
    "later": _reminder,
    "silence": _silence,
    "test": _trial,
}
