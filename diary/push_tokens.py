"""The push tokens of somebody's devices: where to push to, and the end of those that lead nowhere any more."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now

from diary.models.device import Device, Platform
from diary.suspending import suspended

BEARABLE: Final = 10
"""Refusals in a row. More than one message makes in all its attempts, so that a bad day of ours costs no token."""


def push_tokens(*, user_id: UUID, platforms: Collection[Platform]) -> list[tuple[UUID, str]]:
    """The devices on these platforms that can be pushed to, by id, each with its token; none that is suspended."""
    living = Device.objects.filter(user_id=user_id, platform__in=platforms, push_token__isnull=False)
    found = living.exclude(suspended()).order_by("id")
    return [(id_, token) for id_, token in found.values_list("id", "push_token") if token]


def forget_push_token(*, user_id: UUID, device_id: UUID, token: str) -> None:
    """The token is dead. One that the device has got since then stays."""
    Device.objects.filter(user_id=user_id, id=device_id, push_token=token).update(
        push_token=None, push_refusals=0, version=F("version") + 1, updated_at=Now()
    )


def note_refusal(*, token: str) -> bool:
    """A push service did not let us send to this token; says whether that has happened too often to go on."""
    this = Device.objects.filter(push_token=token)
    this.update(push_refusals=F("push_refusals") + 1)
    return this.filter(push_refusals__gte=BEARABLE).exists()


def note_acceptance(*, token: str) -> None:
    """The token is good: what was refused before does not count any more."""
    Device.objects.filter(push_token=token, push_refusals__gt=0).update(push_refusals=0)
