"""Opening a link: is it alive, is the passcode right, who is it for; then it is noted, and only then made.

Wrong passcodes are counted for the whole life of a link, under the lock of its row: of many at the same moment each is
counted before the next is compared.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction

from diary.access.levels import Access, require
from diary.access.log import Line, note, note_look
from diary.problems import not_found
from papers.models import Share
from papers.sharing.secret import Secret
from papers.sharing.shares import LINE, living_at, living_by_id

FILE_GOOD_FOR: Final = timedelta(hours=1)
"""As long as the specification allows."""
_SIGNER: Final = TimestampSigner(salt="papers.sharing.file")


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that was opened: whose diary it gives, and its secret."""

    share_id: UUID
    access: Access
    secret: Secret


@dataclass(frozen=True, slots=True)
class WrongPasscode:
    """It stays closed; so many more tries are left in its life."""

    attempts_left: int


def open_share(*, address: str, recipient: str, passcode: str | None, now: datetime) -> Opened | WrongPasscode:
    """Open the link for `recipient`, and note it. Raises Problem 404 when there is no such link, or not any more."""
    with transaction.atomic():
        share = living_at(address, now=now).select_for_update(no_key=True, of=("self",)).first()
        secret = Secret.unsealed(share.sealed) if share else None
        if share is None or secret is None:
            raise not_found()
        if not _is_right(share, secret, passcode):
            return _one_less(share, tried=passcode is not None, now=now)
        opened = _opened(share, secret)
        share.openings += 1
        share.save(update_fields=["openings"])
        line = Line("exported", LINE, share.pk, recipient)
        note(line, patient_id=opened.access.patient_id, actor_id=opened.access.actor_id, at=now)
    return opened


def needs_passcode(address: str, *, now: datetime) -> bool:
    """Whether the link asks for one. Raises Problem 404 when there is no such link, or not any more."""
    share = living_at(address, now=now).first()
    if share is None:
        raise not_found()
    return share.passcode_digest is not None


def file_ticket(opened: Opened) -> str:
    """What names the file of a link that was opened, for an hour."""
    return _SIGNER.sign(opened.share_id.hex)


def open_file(*, ticket: str, now: datetime) -> Opened:
    """The link whose file the ticket names, opened not long ago. Raises Problem 404 when it is over."""
    try:
        share_id = UUID(hex=_SIGNER.unsign(ticket, max_age=FILE_GOOD_FOR))
    except BadSignature:
        raise not_found() from None
    share = living_by_id(share_id, now=now).first()
    secret = Secret.unsealed(share.sealed) if share else None
    if share is None or secret is None:
        raise not_found()
    opened = _opened(share, secret)
    way = opened.access
    note_look(Line("exported", LINE, share.pk), patient_id=way.patient_id, actor_id=way.actor_id, at=now)
    return opened


def _is_right(share: Share, secret: Secret, passcode: str | None) -> bool:
    if share.passcode_digest is None:
        return True
    return passcode is not None and compare_digest(bytes(share.passcode_digest), secret.passcode_digest(passcode))


def _one_less(share: Share, *, tried: bool, now: datetime) -> WrongPasscode:
    """A wrong passcode is counted, and the last one ends the link; none at all is no try."""
    if tried:
        share.attempts_left -= 1
        if share.attempts_left == 0:
            share.ended_at, share.sealed = now, None
        share.save(update_fields=["attempts_left", "ended_at", "sealed"])
    return WrongPasscode(share.attempts_left)


def _opened(share: Share, secret: Secret) -> Opened:
    """With the way into the diary that its maker has at this moment."""
    user_id = share.patient.user_id
    return Opened(share.pk, require(actor_id=user_id, patient="me", level="own"), secret)
