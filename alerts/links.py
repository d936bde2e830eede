"""The links in a message: signed, expiring, and each good for one thing about one delivery.

A link names the delivery, and so the alert and the person it was sent to. What it may show or do is asked again each
time: who lost their consent meanwhile sees nothing.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core import signing

VALID_FOR: Final = timedelta(days=30)
"""An alert asks for a visit within two weeks and reminds after two; the message must open until then."""
_OPEN: Final = "alerts.links.open"
_UNSUBSCRIBE: Final = "alerts.links.unsubscribe"


def alert_link(delivery_id: UUID) -> str:
    """The address that opens the alert of a delivery without signing in."""
    return f"{settings.PUBLIC_URL}/a/{signing.dumps(delivery_id.hex, salt=_OPEN)}"


def unsubscribe_link(delivery_id: UUID) -> str:
    """The address that ends mails of the delivery's tier and diary to its recipient (RFC 8058)."""
    return f"{settings.PUBLIC_URL}/u/{signing.dumps(delivery_id.hex, salt=_UNSUBSCRIBE)}"


def opened_delivery(token: str) -> UUID | None:
    """The delivery that a link opens; None when it was bent or is too old."""
    return _delivery(token, _OPEN)


def unsubscribed_delivery(token: str) -> UUID | None:
    """The delivery that a link unsubscribes from, however old; None when it was bent."""
    return _delivery(token, _UNSUBSCRIBE, expires=False)


def _delivery(token: str, salt: str, *, expires: bool = True) -> UUID | None:
    try:
        return UUID(signing.loads(token, salt=salt, max_age=VALID_FOR if expires else None))
    except signing.BadSignature:
        return None
