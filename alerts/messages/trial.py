"""The test message: clearly a test, with nothing about health."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from alerts.messages.bodies import Body, Button, Paragraph, Part
from alerts.messages.courtesy import courtesy_letter
from alerts.messages.links import courtesy_link
from alerts.messages.message import Message

KIND: Final = "test"


def trial(*, id_: UUID, at: datetime, links_epoch: int, language: str) -> Message:
    """What someone sees who asked whether messages reach them."""
    return _trial(id_, at, language, link=courtesy_link(id_, links_epoch), answered=True)


def trial_of_operator(*, at: datetime, language: str) -> Message:
    """The same from who runs the service, to anyone: its link leads to the service, and there is nothing to answer."""
    return _trial(uuid4(), at, language, link=settings.PUBLIC_URL, answered=False)


def _trial(id_: UUID, at: datetime, language: str, *, link: str, answered: bool) -> Message:
    with translation.override(language):
        says = _(
            "It shows whether our messages reach you here. Nothing was found in any diary, and there's nothing you "
            "need to do."
        )
        parts: list[Part] = [Paragraph(says), *([Button(_("It reached me"), link)] if answered else [])]
        asked = _("You're getting this because a test was asked for in your account.") if answered else ""
        return courtesy_letter(
            id_=id_,
            kind=KIND,
            at=at,
            language=language,
            subject=_("Test: a message from the symptom diary"),
            body=Body(_("This is a test"), parts),
            because=asked,
            link=link,
        )
