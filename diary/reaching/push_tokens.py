"""The push tokens of someone's devices: where to push to, and the end of those that lead nowhere any more."""

from collections.abc import Collection
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from diary.models.device import Device, Platform
from diary.reaching.suspending import suspended

BEARABLE: Final = 10
"""Refusals in a row. More than one message makes in all its attempts, so that a bad day of ours costs no token."""


class PushToken(NamedTuple):
    """The token of one device; `proved` once a push service has taken a message for it."""

    device_id: UUID
    token: str
    proved: bool


def push_tokens(*, user_id: UUID, platforms: Collection[Platform], device_id: UUID | None = None) -> list[PushToken]:
    """The devices on these platforms that can be pushed to, by id; or the one named. None that is suspended."""
    living = Device.objects.filter(user_id=user_id, platform__in=platforms, push_token__isnull=False)
    found = living.exclude(suspended()).order_by("id")
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
