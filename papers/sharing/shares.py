"""Links that the person makes for a surgery: made, listed, ended. Each is a SMART Health Link (HL7, 1.0.0)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_noop as _

from diary.access.levels import Access
from diary.access.log import Line, note, openings
from diary.format.sentences import Sentence
from diary.locks import hold_diary
from diary.models import User
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found
from diary.sealing import resealed
from papers.models import Share
from papers.sharing.secret import Secret, address_digest, base64url

MOST_AT_ONCE: Final = 20
"""Links of a diary that open something at the same time."""
LISTED_FOR: Final = timedelta(days=90)
"""After its end a link is still listed so long, then forgotten."""
_AT_ONCE: Final = 5_000
LINE: Final = "share"
"""What the access log calls one."""


@dataclass(frozen=True, slots=True)
class Opening:
    """When a link was opened, and for whom in their own words."""

    at: datetime
    recipient: str


@dataclass(frozen=True, slots=True)
class ShownShare:
    """A link as its maker sees it. `link` is what they show or send, None once it opens nothing."""

    id: UUID
    label: str
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    has_passcode: bool
    attempts_left: int
    openings: Sequence[Opening]
    link: str | None


def make(*, access: Access, hours: int, passcode: str | None, label: str, now: datetime) -> ShownShare:
    """A new link, good for so many hours. Raises Problem 409 when there are too many, 404 when the diary is gone."""
    secret = Secret.new()
    with transaction.atomic():
        patient = hold_diary(access.patient_id)
        if patient is None:
            raise not_found()
        if _living(now).filter(patient=patient).count() >= MOST_AT_ONCE:
            raise too_many()
        share = Share.objects.create(
            patient=patient,
            digest=address_digest(secret.address),
            sealed=secret.sealed,
            label=label,
            made_at=now,
            expires_at=now + timedelta(hours=hours),
            links_epoch=User.objects.values_list("links_epoch", flat=True).get(pk=patient.user_id),
            passcode_digest=secret.passcode_digest(passcode) if passcode else None,
        )
        note(Line("written", LINE, share.pk), patient_id=access.patient_id, actor_id=access.actor_id, at=now)
    return _shown(share, (), now)


def too_many() -> Problem:
    """The answer when there are so many that no one could look after another."""
    return Problem(
        ProblemType.TOO_MANY_SHARES, Sentence(_("There can be {most} shared links at a time."), most=MOST_AT_ONCE)
    )


def listed(*, access: Access, now: datetime) -> list[ShownShare]:
    """The person's links with their openings, the newest first; those that ended long ago are left out."""
    shares = Share.objects.filter(patient_id=access.patient_id).exclude(_over(now - LISTED_FOR))
    found = list(shares.select_related("patient__user").order_by("-made_at", "pk"))
    opened: dict[UUID, list[Opening]] = {share.pk: [] for share in found}
    for share_id, at, recipient in openings(patient_id=access.patient_id, ids=list(opened)):
        opened[share_id].append(Opening(at, recipient))
    return [_shown(share, opened[share.pk], now) for share in found]


def end(*, access: Access, share_id: UUID, now: datetime) -> None:
    """End a link at once; one that has ended stays so. Raises Problem 404 for one that is not the person's."""
    with transaction.atomic():
        theirs = Share.objects.filter(patient_id=access.patient_id, pk=share_id)
        if theirs.filter(ended_at__isnull=True).update(ended_at=now, sealed=None):
            note(Line("deleted", LINE, share_id), patient_id=access.patient_id, actor_id=access.actor_id, at=now)
        elif not theirs.exists():
            raise not_found()


def living_at(address: str, *, now: datetime) -> QuerySet[Share]:
    """The link with this address, if it opens something."""
    return _living(now).filter(digest=address_digest(address))


def living_by_id(share_id: UUID, *, now: datetime) -> QuerySet[Share]:
    """The same by its id."""
    return _living(now).filter(pk=share_id)


def url_of(secret: Secret) -> str:
    """Where a link is asked what it gives."""
    return f"{settings.PUBLIC_URL}/shl/{secret.address}"


def link_of(share: Share, secret: Secret) -> str:
    """The link itself, before it the page of ours that opens it: what comes after the # is sent to no server."""
    payload = {
        "url": url_of(secret),
        "key": base64url(secret.key),
        "exp": int(share.expires_at.timestamp()),
        "flag": "U" if share.passcode_digest is None else "P",
        **({"label": share.label} if share.label else {}),
    }
    return f"{settings.PUBLIC_URL}/shl#shlink:/{base64url(msgspec.json.encode(payload))}"


def forget_ended(*, now: datetime) -> int:
    """Remove links that ended long ago, so many at a time; gives how many rows went. Safe to run twice."""
    old = Share.objects.filter(_over(now - LISTED_FOR)).values("pk")[:_AT_ONCE]
    return Share.objects.filter(pk__in=old).delete()[0]


def reseal_shares() -> int:
    """Seal every secret under the current key; gives how many there are."""
    count = 0
    with transaction.atomic():
        for share in Share.objects.select_for_update(no_key=True).filter(sealed__isnull=False).order_by("pk"):
            share.sealed = resealed(bytes(share.sealed or b""))
            share.save(update_fields=["sealed"])
            count += 1
    return count


def _living(now: datetime) -> QuerySet[Share]:
    good = Share.objects.filter(ended_at__isnull=True, expires_at__gt=now, patient__user__is_active=True)
    return good.filter(links_epoch=F("patient__user__links_epoch")).select_related("patient__user")


def _over(since: datetime) -> Q:
    return Q(ended_at__lt=since) | Q(expires_at__lt=since)


def _shown(share: Share, opened: Sequence[Opening], now: datetime) -> ShownShare:
    lives = share.ended_at is None and share.expires_at > now and share.links_epoch == share.patient.user.links_epoch
    secret = Secret.unsealed(share.sealed) if lives else None
    return ShownShare(
        id=share.pk,
        label=share.label,
        made_at=share.made_at,
        expires_at=share.expires_at,
        ended_at=share.ended_at,
        has_passcode=share.passcode_digest is not None,
        attempts_left=share.attempts_left,
        openings=opened,
        link=link_of(share, secret) if secret else None,
    )
