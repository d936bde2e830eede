"""A question of a form with its answers. What is left out stays not answered."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

NOT_ANSWERED: Final = ""


class Choice(NamedTuple):
    """One answer to a question: what the form sends, and how it reads."""

    value: str
    label: object
    chosen: bool = False
    said: object = ""
    """What a screen reader says where the label is a sign."""


NO_ANSWER: Final = Choice(NOT_ANSWERED, "–", said=_("Not answered"))
"""Takes an answer back: what is chosen among these cannot be let go of otherwise, without a script."""


class Question(NamedTuple):
    """One question with its answers; `name` is what the form calls it."""

    name: str
    label: object
    choices: list[Choice]


def yes_or_no(name: str, label: object, given: Mapping[str, Any]) -> Question:
    """Yes, no or not answered."""
    chosen = given.get(name, NOT_ANSWERED)
    said = [Choice("yes", _("Yes"), chosen == "yes"), Choice("no", _("No"), chosen == "no")]
    return Question(name, label, [*said, NO_ANSWER])


def one_of(name: str, label: object, words: Mapping[str, object], given: Mapping[str, Any]) -> Question:
    """One of these words, or not answered."""
    chosen = given.get(name, NOT_ANSWERED)
    return Question(name, label, [*(Choice(word, said, chosen == word) for word, said in words.items()), NO_ANSWER])
