"""The reminder to write, for someone who asked for it. It demands nothing and blames no one."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from alerts.messages.bodies import Body, Button, Paragraph, Part
from alerts.messages.courtesy import courtesy_letter
from alerts.messages.links import courtesy_link
from alerts.messages.message import Message

KIND: Final = "logging_reminder"


def reminder(*, id_: UUID, at: datetime, again: bool, links_epoch: int, language: str) -> Message:
    """With nothing about health where others may read it; `again` in the one that was asked for later."""
    link = courtesy_link(id_, links_epoch)
    with translation.override(language):
        parts: list[Part] = [
            Paragraph(_("If you like, note how today was. A minute is enough, and you can leave things out.")),
            Button(_("Not now: see your choices") if again else _("Remind me in an hour"), link),
            Paragraph(
                _("If something worries you, see a doctor. You don't have to wait for a message from us."), "quiet"
            ),
        ]
        return courtesy_letter(
            id_=id_,
            kind=KIND,
            at=at,
            language=language,
            subject=_("A reminder from your diary"),
            body=Body(_("How are you today?"), parts),
            because=_("You're getting this because you asked to be reminded."),
            link=link,
            unsubscribe=link,
            ends=_("Reminders to write in your diary"),
        )
