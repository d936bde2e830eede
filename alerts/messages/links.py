"""The links in a message: signed, short, and each valid for one action on one delivery.

A link names the delivery, and so the alert and the person it was sent to. What it may show or do is asked again each
time: who lost their consent meanwhile sees nothing. It is signed for the recipient's `links_epoch`, which it need not
name: whoever looks at it knows the recipient (`alerts.delivery.valid_links`), and an SMS gets no longer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from django.conf import settings
from django.core import signing

from alerts.rules.tiers import Tier

VALID_FOR: Final = timedelta(days=30)
"""An alert asks for a visit within two weeks and reminds after two; the message must open until then."""
Kind = Literal["open", "unsubscribe", "courtesy"]
_SALTS: Final[dict[Kind, str]] = {
    "open": "alerts.messages.links.open",
    "unsubscribe": "alerts.messages.links.unsubscribe",
    "courtesy": "alerts.messages.links.courtesy",
}
_NUMBERS: Final[dict[Tier, int]] = {
    Tier.WATCH: 0,
    Tier.SEE_DOCTOR: 1,
    Tier.URGENT: 2,
    Tier.EMERGENCY: 3,
    Tier.CHECK_UP: 4,
}
"""What stands for a tier in a link. Mails that were sent keep theirs, so a number never changes."""
_BY_NUMBER: Final = {number: tier for tier, number in _NUMBERS.items()}


class BadLink(Exception):
    """A link is good for nothing: it was bent or has ended, or it is too old (`expired`)."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__()
        self.expired = expired


@dataclass(frozen=True, slots=True)
class Signed:
    """What a link says before anyone looked at its signature. Raises BadLink when it says nothing."""

    kind: Kind
    token: str

    @property
    def delivery_id(self) -> UUID:
        """The delivery or message that it names."""
        try:
            return UUID(bytes=signing.b64_decode(self._said.partition(".")[0].encode()))
        except ValueError as error:
            raise BadLink(expired=False) from error

    @property
    def tier(self) -> Tier:
        """What it unsubscribes from."""
        try:
            return _BY_NUMBER[int(self._said.partition(".")[2])]
        except (ValueError, KeyError) as error:
            raise BadLink(expired=False) from error

    @property
    def _said(self) -> str:
        return self.token.partition(":")[0]

    def require_signed_for(self, epoch: int) -> None:
        """Raises BadLink unless we made it for this epoch, at most `VALID_FOR` ago."""
        try:
            _signer(self.kind, epoch).unsign(self.token, max_age=VALID_FOR)
        except signing.BadSignature as error:
            raise BadLink(expired=isinstance(error, signing.SignatureExpired)) from error

    def require_signed_before(self, *, sent_at: datetime, now: datetime) -> None:
        """Raises BadLink unless we made it when links named no epoch, and those to unsubscribe no time either."""
        signer = signing.TimestampSigner if self.kind == "open" else signing.Signer
        try:
            signer(salt=_SALTS[self.kind]).unsign(self.token)
        except signing.BadSignature as error:
            raise BadLink(expired=False) from error
        if now - sent_at > VALID_FOR:
            raise BadLink(expired=True)


def alert_link(delivery_id: UUID, epoch: int) -> str:
    """The address that opens the alert of a delivery without signing in, while its recipient's epoch is this."""
    return f"{settings.PUBLIC_URL}/a/{_signer('open', epoch).sign(_short(delivery_id))}"


def unsubscribe_link(delivery_id: UUID, tier: Tier, epoch: int) -> str:
    """The address that ends mails of the tier about the delivery's diary to its recipient (RFC 8058).

    Of a tier that is pressing it ends nothing: its page says what else reaches the recipient.

    It names the tier that the mail is about, by a number, since an address holds no word about health. Should the
    alert's rise later, an old mail ends no more than it said.
    """
    return f"{settings.PUBLIC_URL}/u/{_signer('unsubscribe', epoch).sign(f'{_short(delivery_id)}.{_NUMBERS[tier]}')}"


def courtesy_link(courtesy_id: UUID, epoch: int) -> str:
    """The address of the page behind a message that is about no alert, while its recipient's epoch is this."""
    return f"{settings.PUBLIC_URL}/r/{_signer('courtesy', epoch).sign(_short(courtesy_id))}"


def overview_link(patient_id: UUID | None) -> str:
    """The address of the overview of a diary, None for the reader's own; it opens to who is signed in, and may read."""
    return f"{settings.PUBLIC_URL}/{f'caring/{patient_id}/' if patient_id else ''}overview"


def _signer(kind: Kind, epoch: int) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"{_SALTS[kind]}.{epoch}")


def _short(delivery_id: UUID) -> str:
    return signing.b64_encode(delivery_id.bytes).decode()
