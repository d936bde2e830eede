"""The push tokens of someone's devices: where to push to, and the end of those that lead nowhere any more.

A device is pushed to while the session lasts in which it was last stored, however that ends: signed out here or
elsewhere, or everywhere, by a new password, or by time. That is looked at whenever something is sent.
"""

from collections.abc import Collection
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Now

from diary.models.device import Device, Platform
from diary.models.session import Session
from diary.reaching.suspending import suspended

BEARABLE: Final = 10
"""Refusals in a row. More than one message makes in all its attempts, so that a bad day of ours costs no token."""


class PushToken(NamedTuple):
    """The token of one device; `proved` once a push service has taken a message for it."""

    device_id: UUID
    token: str
    proved: bool


def signed_in() -> Q:
    """Of devices those in whose app someone is signed in.

    What older code stored names no session: then one of the account's must be as old as what it stored.
    """
    living = Session.objects.filter(
        user=OuterRef("user"),
        user__is_active=True,
        credentials_epoch=OuterRef("user__credentials_epoch"),
        expire_date__gt=Now(),
    )
    by_older_code = Q(Exists(living.filter(created_at__lte=OuterRef("updated_at"))), session_id__isnull=True)
    return by_older_code | Q(Exists(living.filter(id=OuterRef("session_id"))))


def push_tokens(
    *,
    user_id: UUID,
    platforms: Collection[Platform],
    device_id: UUID | None = None,
    signed_out_too: bool = False,
) -> list[PushToken]:
    """The devices on these platforms that can be pushed to, by id; or the one named.

    None that is suspended, and none whose session has ended, unless it is to hear of just that.
    """
    living = Device.objects.filter(user_id=user_id, platform__in=platforms, push_token__isnull=False)
    found = living.exclude(suspended()).order_by("id")
    if not signed_out_too:
        found = found.filter(signed_in())
    if device_id is not None:
        found = found.filter(id=device_id)
    rows = found.values_list("id", "push_token", "push_proved_at")
    return [PushToken(id_, token, proved_at is not None) for id_, token, proved_at in rows if token]


def forget_push_token(*, user_id: UUID, device_id: UUID, token: str) -> None:
    """The token is dead. One that the device has got since then stays."""
    Device.objects.filter(user_id=user_id, id=device_id, push_token=token).update(
        push_token=None, push_refusals=0, push_proved_at=None, version=F("version") + 1, updated_at=Now()
    )


def note_refusal(*, token: str) -> bool:
    """A push service did not let us send to this token; says whether that has happened too often to go on."""
    this = Device.objects.filter(push_token=token)
    this.update(push_refusals=F("push_refusals") + 1)
    return this.filter(push_refusals__gte=BEARABLE).exists()


def note_acceptance(*, token: str) -> None:
    """The token is good, and proved from now on: what was refused before does not count any more."""
    news = Device.objects.filter(Q(push_refusals__gt=0) | Q(push_proved_at=None), push_token=token)
    news.update(push_refusals=0, push_proved_at=Coalesce("push_proved_at", Now()))
