"""What caregivers read when nothing comes: kindly, no alarm, and with a way to pause it for who must not be asked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.messages.bodies import Body, Button, Paragraph, Part
from alerts.messages.courtesy import courtesy_letter
from alerts.messages.letter import because
from alerts.messages.links import courtesy_link
from alerts.messages.message import Message

KIND: Final = "silence_notice"


def silence_notice(
    *, id_: UUID, at: datetime, whose: str, days: int, may_pause: bool, links_epoch: int, language: str
) -> Message:
    """`whose` diary nothing came in for `days` days; the reader `may_pause` it."""
    link = courtesy_link(id_, links_epoch)
    with translation.override(language):
        heading = _("It's been quiet in %(name)s's diary") % {"name": whose}
        return courtesy_letter(
            id_=id_,
            kind=KIND,
            at=at,
            language=language,
            subject=_("A message from the symptom diary"),
            body=Body(heading, list(_parts(whose, days, may_pause, link))),
            because=because(whose),
            link=link,
        )


def _parts(whose: str, days: int, may_pause: bool, link: str) -> Iterator[Part]:
    text = ngettext(
        "%(name)s hasn't written for %(days)d day, and asked us to let you know.",
        "%(name)s hasn't written for %(days)d days, and asked us to let you know.",
        days,
    )
    yield Paragraph(text % {"name": whose, "days": days})
    yield Paragraph(
        _("This is not an alarm. There can be many reasons, and we don't know how %(name)s is.") % {"name": whose}
    )
    yield Paragraph(_("Perhaps you'd like to get in touch."), "do")
    yield Paragraph(_("We won't write about this again unless the diary is used and goes quiet once more."), "quiet")
    if may_pause:
        yield Paragraph(
            _("If this isn't the time for a diary, you can pause it. We're sorry if this message hurts."), "quiet"
        )
        yield Button(_("Pause the diary"), link, "plain")
