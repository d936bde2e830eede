"""Invited strangers: they refuse an invitation and all further ones from that diary, and are forgotten in the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import scrypt
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction

from diary.locks import hold_diary, hold_places
from diary.models import Caregiver, ConsentRecord, InvitationRefusal

KEPT_FOR: Final = timedelta(days=30)
"""Since the invitation: so long an address is known here that never accepted, and its link works."""
_SALT: Final = "diary.access.refusals"
_AT_ONCE: Final = 500


class BadToken(Exception):
    """The link was bent, or there is nothing more to refuse; `expired` when it is too old."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__()
        self.expired = expired


@dataclass(frozen=True, slots=True)
class Refusable:
    """What a link would refuse, or has: whose invitation it is, by the place that it offered."""

    place_id: UUID
    inviter: str
    refused: bool


def refusal_link(place_id: UUID) -> str:
    """The address that refuses the invitation to this place, for the mail."""
    return f"{settings.PUBLIC_URL}/i/{refusal_token(place_id)}"


def refusal_token(place_id: UUID) -> str:
    """What that address ends in."""
    return _signer().sign(signing.b64_encode(place_id.bytes).decode())


def refusable(token: str) -> Refusable:
    """What the token of a link is about. Raises BadToken, also for a place that was taken."""
    place = Caregiver.objects.select_related("patient__user").filter(pk=_place_id(token)).first()
    if place is None:
        raise BadToken(expired=False)
    refused = ConsentRecord.objects.filter(caregiver=place, action="refused").exists()
    if not refused and (place.user_id is not None or not place.email):
        raise BadToken(expired=not place.email)
    return Refusable(place.pk, place.patient.user.get_full_name(), refused)


@transaction.atomic
def refuse(*, place_id: UUID, now: datetime) -> None:
    """End the invitation, forget its address, and let no further one go there. A second time changes nothing.

    The history of consent says it; no account did it, so the access log has no line.
    """
    named = Caregiver.objects.filter(pk=place_id)
    hold_diary(named.values_list("patient_id", flat=True).first())
    place = next(iter(hold_places(named.filter(user__isnull=True).exclude(email=""))), None)
    if place is None:
        return
    digest = _digest(place.patient_id, place.email)
    InvitationRefusal.objects.get_or_create(patient_id=place.patient_id, address_digest=digest, defaults={"at": now})
    ConsentRecord.objects.create(
        patient_id=place.patient_id, caregiver=place, actor_id=None, action="refused", level=place.level, at=now
    )
    _forget(place, now)


def is_refused(*, patient_id: UUID, email: str) -> bool:
    """Whether the normalised address wants no invitations to the diary."""
    refusals = InvitationRefusal.objects.filter(patient_id=patient_id)
    return refusals.exists() and refusals.filter(address_digest=_digest(patient_id, email)).exists()


@transaction.atomic
def forget_strangers(*, now: datetime) -> int:
    """Forget addresses that were invited and never accepted, so many at a time; gives how many. Safe to run twice."""
    old = Caregiver.objects.filter(user__isnull=True, invited_at__lte=now - KEPT_FOR).exclude(email="")
    some = hold_places(Caregiver.objects.filter(pk__in=old.order_by("invited_at").values("pk")[:_AT_ONCE]))
    for place in some:
        if place.user_id is None and place.invited_at <= now - KEPT_FOR:
            _forget(place, now)
    return len(some)


def _forget(place: Caregiver, now: datetime) -> None:
    if place.state == "invited":
        place.state, place.ended_at = "ended", now
        place.version += 1
    place.email, place.token_digest, place.mail_due_at = "", None, None
    place.save(update_fields=["state", "ended_at", "version", "email", "token_digest", "mail_due_at"])


def _place_id(token: str) -> UUID:
    try:
        return UUID(bytes=signing.b64_decode(_signer().unsign(token, max_age=KEPT_FOR).encode()))
    except signing.BadSignature as error:
        raise BadToken(expired=isinstance(error, signing.SignatureExpired)) from error


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=_SALT)


def _digest(patient_id: UUID, email: str) -> str:
    """Slow to make, since addresses can be guessed, and of no key, since keys change and a refusal stays."""
    return scrypt(email.encode(), salt=patient_id.bytes, n=2**14, r=8, p=1, dklen=32).hex()
