"""Who can be reached: whether anything works of what would tell them of an emergency."""

from collections.abc import Collection, Iterator
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from diary.models.device import Device
from diary.models.phone import Phone
from diary.reaching.endpoints import ask_failures
from diary.reaching.mailboxes import ask_mailboxes
from diary.reaching.notices import CHANNELS
from diary.reaching.preferences import ask_channels
from diary.reaching.push_tokens import signed_in
from diary.reaching.sms import sms_provider
from diary.reaching.suspending import suspended
from diary.statements import Later, ask_for, one_trip


class _Place(NamedTuple):
    user_id: UUID
    channel: str
    endpoint: str
    address: str


def reachable(*, user_ids: Collection[UUID]) -> set[UUID]:
    """Those of these accounts with an endpoint that works, of a channel they chose for emergencies or by email."""
    with one_trip():
        places, failing, chosen = _ask_places(user_ids), ask_failures(user_ids), ask_channels(user_ids, "emergency")
    known, wanted, used = failing(), chosen(), _channels_set_up()
    return {
        place.user_id
        for place in places()
        if place.channel in used
        and (place.channel == "email" or place.channel in wanted[place.user_id])
        and known.state(*place) == "works"
    }


def _channels_set_up() -> set[str]:
    set_up = {"push": settings.FCM_CREDENTIALS, "web_push": settings.VAPID_PRIVATE_KEY, "sms": sms_provider()}
    return {"email", *(channel for channel, how in set_up.items() if how)}


def _ask_places(user_ids: Collection[UUID]) -> Later[Iterator[_Place]]:
    """Every mailbox that is used, device that is signed in, and number."""
    devices = Device.objects.filter(signed_in(), user_id__in=user_ids, push_token__isnull=False).exclude(suspended())
    phones = Phone.objects.filter(user_id__in=user_ids, number__isnull=False).exclude(suspended("verified_at"))
    mailboxes = ask_mailboxes(user_ids)
    pushed = ask_for(devices.values_list("user_id", "platform", "id", "push_token"))
    numbers = ask_for(phones.values_list("user_id", "number"))

    def places() -> Iterator[_Place]:
        for user_id, email in mailboxes().items():
            yield _Place(user_id, "email", "", email)
        for user_id, platform, device_id, token in pushed():
            yield _Place(user_id, CHANNELS[platform], str(device_id), token or "")  # type: ignore[index] # the constraint
        for user_id, number in numbers():
            yield _Place(user_id, "sms", "", number or "")

    return places
