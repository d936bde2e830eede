"""The friendly reminder for someone who asked for it when they stop logging. It demands nothing and blames no one."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from alerts.messages.message import Message

KIND: Final = "logging_nudge"


def logging_nudge(*, user_id: UUID, at: datetime, language: str) -> Message:
    """What someone is told on a day; about no alert, and with nothing about health where others may read it."""
    with translation.override(language):
        view = {
            "subject": _("A hello from your diary"),
            "language": language,
            "because": _(
                "You're getting this because you turned it on in the app's settings. You can turn it off there."
            ),
        }
        return Message(
            reference=str(uuid5(user_id, at.isoformat())),
            language=language,
            subject=view["subject"],
            text=render_to_string("alerts/logging_nudge.txt", view).strip() + "\n",
            html=render_to_string("alerts/logging_nudge.html", view),
            link=settings.PUBLIC_URL,
            kind=KIND,
            pressing=False,
            created_at=at,
        )
