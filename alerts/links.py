"""The links in a message: signed, short, and each good for one thing about one delivery.

A link names the delivery, and so the alert and the person it was sent to. What it may show or do is asked again each
time: who lost their consent meanwhile sees nothing.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core import signing

from alerts.rules.tiers import Tier

VALID_FOR: Final = timedelta(days=30)
"""An alert asks for a visit within two weeks and reminds after two; the message must open until then."""
_OPEN: Final = "alerts.links.open"
_UNSUBSCRIBE: Final = "alerts.links.unsubscribe"


class BadLink(Exception):
    """A link is good for nothing: it was bent, or it is too old (`expired`)."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__()
        self.expired = expired


def alert_link(delivery_id: UUID) -> str:
    """The address that opens the alert of a delivery without signing in."""
    return f"{settings.PUBLIC_URL}/a/{signing.TimestampSigner(salt=_OPEN).sign(_short(delivery_id))}"


def unsubscribe_link(delivery_id: UUID, tier: Tier) -> str:
    """The address that ends mails of the tier about the delivery's diary to its recipient (RFC 8058).

    Of a tier that is pressing it ends nothing: its page says what else reaches the recipient.

    It names the tier that the mail is about, by its rank, since an address holds no word about health. Should the
    alert's rise later, an old mail ends no more than it said.
    """
    return f"{settings.PUBLIC_URL}/u/{signing.Signer(salt=_UNSUBSCRIBE).sign(f'{_short(delivery_id)}.{tier.rank}')}"


def opened_delivery(token: str) -> UUID:
    """The delivery that a link opens. Raises BadLink."""
    try:
        return _long(signing.TimestampSigner(salt=_OPEN).unsign(token, max_age=VALID_FOR))
    except signing.BadSignature as error:
        raise BadLink(expired=isinstance(error, signing.SignatureExpired)) from error


def unsubscribed_delivery(token: str) -> tuple[UUID, Tier]:
    """The delivery and the tier that a link unsubscribes from, however old it is. Raises BadLink."""
    try:
        named, _, rank = signing.Signer(salt=_UNSUBSCRIBE).unsign(token).partition(".")
    except signing.BadSignature as error:
        raise BadLink(expired=False) from error
    return _long(named), list(Tier)[int(rank)]


def _short(delivery_id: UUID) -> str:
    return signing.b64_encode(delivery_id.bytes).decode()


def _long(named: str) -> UUID:
    return UUID(bytes=signing.b64_decode(named.encode()))
