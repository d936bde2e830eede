"""Who can be reached: whether anything works of what would tell them of an emergency."""

from collections.abc import Collection, Iterator
from typing import NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings

from diary.models.device import Device
from diary.models.phone import Phone
from diary.reaching.endpoints import failures
from diary.reaching.notices import CHANNELS
from diary.reaching.preferences import channels_by_user
from diary.reaching.push_tokens import signed_in
from diary.reaching.sms import sms_provider
from diary.reaching.suspending import suspended


class _Place(NamedTuple):
    user_id: UUID
    channel: str
    endpoint: str
    address: str


def reachable(*, user_ids: Collection[UUID]) -> set[UUID]:
    """Those of these accounts with an endpoint that works, of a channel they chose for emergencies or by email."""
    chosen = channels_by_user(user_ids=user_ids, tier="emergency")
    known, used = failures(user_ids=user_ids), _channels_set_up()
    return {
        place.user_id
        for place in _places(user_ids)
        if place.channel in used
        and (place.channel == "email" or place.channel in chosen[place.user_id])
        and known.state(*place) == "works"
    }


def _channels_set_up() -> set[str]:
    set_up = {"push": settings.FCM_CREDENTIALS, "web_push": settings.VAPID_PRIVATE_KEY, "sms": sms_provider()}
    return {"email", *(channel for channel, how in set_up.items() if how)}


def _places(user_ids: Collection[UUID]) -> Iterator[_Place]:
    """Every mailbox that is used, device that is signed in, and number."""
    addresses: dict[UUID, str] = {}
    proved = EmailAddress.objects.filter(user_id__in=user_ids, verified=True).order_by("-primary", "pk")
    for user_id, email in proved.values_list("user_id", "email"):
        addresses.setdefault(user_id, email)
    for user_id, email in addresses.items():
        yield _Place(user_id, "email", "", email)
    devices = Device.objects.filter(signed_in(), user_id__in=user_ids, push_token__isnull=False).exclude(suspended())
    for user_id, platform, device_id, token in devices.values_list("user_id", "platform", "id", "push_token"):
        yield _Place(user_id, CHANNELS[platform], str(device_id), token or "")  # type: ignore[index] # the constraint
    phones = Phone.objects.filter(user_id__in=user_ids, number__isnull=False).exclude(suspended("verified_at"))
    for user_id, number in phones.values_list("user_id", "number"):
        yield _Place(user_id, "sms", "", number or "")
