"""After someone threw everyone out of their account: what was added before waits for their word.

Resetting or changing the password and signing out everywhere begin a review (`begin_review`). Places to send to that
were added since the owner last showed who they are get nothing until they are confirmed, for a thief may have added
them; older ones and the care circle go on as they are and are only to be looked through. Nothing is written on those
rows for it: each says since when it is there and when it was confirmed, and the account says the rest.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.utils.module_loading import import_string

from diary.models.device import Device
from diary.models.phone import Phone
from diary.models.user import User
from diary.proof import last_proof


class Place(Protocol):
    """What can be suspended; `added_at` is null where that is not known."""

    @property
    def added_at(self) -> datetime | None: ...
    @property
    def confirmed_at(self) -> datetime | None: ...


def begin_review(user: User, *, acting: str | None = None, now: datetime) -> None:
    """Suspend what was added since the last proof. The caller holds and saves the account, and then ends its sessions.

    `acting` is the digest of the session that asks for it. What a review before this one left open stays suspended.
    """
    if user.recovered_at is None or not _anything_suspended(user):
        user.trusted_until = last_proof(user=user, acting=acting, now=now) or user.date_joined
    user.recovered_at = now


def is_suspended(place: Place, user: User) -> bool:
    """Whether nothing is sent there until the owner of the account confirms it."""
    added, recovered, trusted = place.added_at, user.recovered_at, user.trusted_until
    if added is None or recovered is None or trusted is None or not trusted < added <= recovered:
        return False
    return place.confirmed_at is None or place.confirmed_at < added


def awaits_review(place: Place, user: User) -> bool:
    """Whether the owner has not looked at it since everyone was thrown out; it may be suspended or not."""
    recovered = user.recovered_at
    if recovered is None or (place.added_at is not None and place.added_at > recovered):
        return False
    return place.confirmed_at is None or place.confirmed_at < recovered


def suspended(added: str = "added_at") -> Q:
    """The same as `is_suspended`, of rows whose account is `user`."""
    since = Q(**{f"{added}__gt": F("user__trusted_until"), f"{added}__lte": F("user__recovered_at")})
    return since & (Q(confirmed_at__isnull=True) | Q(confirmed_at__lt=F(added)))


def confirm_is_theirs(device: Device, user: User, *, now: datetime) -> None:
    """An app that stores its device again was signed in to after everyone was thrown out: that confirms it.

    The caller saves the device.
    """
    if user.recovered_at is not None and awaits_review(device, user):
        device.confirmed_at = now


def may_be_cut_off(*, user_ids: Collection[UUID]) -> set[UUID]:
    """Those who may have lost a way to reach them that they chose; they are reached by email, whatever they chose."""
    if not user_ids:
        return set()
    mine = {"user": OuterRef("pk")}
    devices = Device.objects.filter(Q(push_taken_at__isnull=False) | suspended(), **mine)
    phones = Phone.objects.filter(suspended("verified_at"), **mine)
    found = User.objects.filter(Exists(devices) | Exists(phones), pk__in=user_ids)
    return set(found.values_list("pk", flat=True))


def _anything_suspended(user: User) -> bool:
    """Whether a review before was left open where it matters; `SUSPENDABLE` names who else has something."""
    mine = {"user_id": user.pk}
    if (
        Device.objects.filter(suspended(), **mine).exists()
        or Phone.objects.filter(suspended("verified_at"), **mine).exists()
    ):
        return True
    return any(import_string(has_suspended)(user_id=user.pk) for has_suspended in settings.SUSPENDABLE)
