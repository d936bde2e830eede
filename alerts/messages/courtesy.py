"""The letter of a message that is about no alert."""

from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string

from alerts.messages.bodies import Body
from alerts.messages.message import Message


def courtesy_letter(
    *,
    id_: UUID,
    kind: str,
    at: datetime,
    language: str,
    subject: str,
    body: Body,
    because: str,
    link: str,
    unsubscribe: str | None = None,
    ends: str = "",
) -> Message:
    """The letter of this body, in the language that is active. `unsubscribe` ends what `ends` names."""
    view = {
        "subject": subject,
        "language": language,
        "body": body,
        "because": because,
        "unsubscribe": unsubscribe,
        "ends": ends,
    }
    return Message(
        reference=str(id_),
        language=language,
        subject=subject,
        text=render_to_string("alerts/letter.txt", view).strip() + "\n",
        html=render_to_string("alerts/letter.html", view),
        link=link,
        unsubscribe=unsubscribe,
        kind=kind,
        pressing=False,
        created_at=at,
    )
