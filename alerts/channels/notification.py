"""What a push shows on a lock screen, through any provider: the subject, and ids to open the alert. No health data.

That holds for encrypted ones too: they are shown to whoever holds the phone.
"""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from alerts.messages.message import Message

_BODY: Final = _("Tap to open and read it.")

RETRIES: Final[Sequence[timedelta]] = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
)
"""Four hours in all: who cannot be pushed to until then is told through the next channel."""

UNSEEN_AFTER: Final = timedelta(hours=6)
"""What may wait for the next channel is a visit within two weeks: soon enough on the same day, and late enough for
someone who has been at work or asleep. What may not wait went through every channel at once."""

KEPT_FOR: Final = timedelta(days=1)
"""How long a push service keeps a message for a phone that is off. Later it is stale: another channel has told."""


def data(message: Message) -> dict[str, str]:
    """Texts only, as both services take them. The app says by `delivery` what became of it, and can open the `link`."""
    ids = {"alert": message.alert, "patient": message.patient}
    known = {name: str(id_) for name, id_ in ids.items() if id_ is not None}
    return {"delivery": message.reference, **known, "subject": message.subject, "link": message.link}


def body(message: Message) -> str:
    """What stands below the title, in the language of the message."""
    with translation.override(message.language):
        return str(_BODY)


def topic(message: Message) -> str:
    """Of messages with the same one a phone shows the newest: 32 characters, the same for all about an alert.

    A copy of a message that got through after all is then no second notification.
    """
    return message.alert.hex if message.alert else sha256(message.reference.encode()).hexdigest()[:32]
