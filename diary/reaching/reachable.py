"""Who can be reached: whether anything works of what would tell them of an emergency."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import QuerySet

from diary.models.device import Device
from diary.models.failing_endpoint import FailingEndpoint
from diary.models.phone import Phone
from diary.reaching.endpoints import Accounts, Failures, failing
from diary.reaching.notices import CHANNELS
from diary.reaching.preferences import by_default, chosen_channels
from diary.reaching.push_tokens import signed_in
from diary.reaching.sms import sms_provider
from diary.reaching.suspending import suspended
from diary.statements import ask_for, one_trip


class _Place(NamedTuple):
    user_id: UUID
    channel: str
    endpoint: str
    address: str


def reachable(*, user_ids: Collection[UUID]) -> set[UUID]:
    """Those of these accounts with an endpoint that works, of a channel they chose for emergencies or by email."""
    with one_trip():
        asked = [ask_for(query) for query in reachability(user_ids)]
    return who_is_reachable(*(answer() for answer in asked))


def reachability(user_ids: Accounts) -> tuple[QuerySet[Any, Any], ...]:
    """What to ask about some accounts, for `who_is_reachable`: mailboxes, devices that are signed in, numbers; what
    fails of them, and which channels were chosen.
    """
    emails = EmailAddress.objects.filter(user_id__in=user_ids, verified=True).order_by("-primary", "pk")
    devices = Device.objects.filter(signed_in(), user_id__in=user_ids, push_token__isnull=False).exclude(suspended())
    phones = Phone.objects.filter(user_id__in=user_ids, number__isnull=False).exclude(suspended("verified_at"))
    return (
        emails.values_list("user_id", "email"),
        devices.values_list("user_id", "platform", "id", "push_token"),
        phones.values_list("user_id", "number"),
        failing(user_ids),
        chosen_channels(user_ids, tier="emergency"),
    )


def who_is_reachable(
    emails: Iterable[tuple[UUID, str]],
    devices: Iterable[tuple[UUID, str, UUID, str]],
    phones: Iterable[tuple[UUID, str]],
    failing: Iterable[FailingEndpoint],
    chosen: Iterable[tuple[UUID, list[str]]],
) -> set[UUID]:
    """The accounts that `reachable` means, of the answers to `reachability`."""
    wanted, known, used = by_default(chosen, tier="emergency"), Failures(failing), _channels_set_up()
    return {
        place.user_id
        for place in _places(emails, devices, phones)
        if place.channel in used
        and (place.channel == "email" or place.channel in wanted[place.user_id])
        and known.state(*place) == "works"
    }


def _channels_set_up() -> set[str]:
    set_up = {"push": settings.FCM_CREDENTIALS, "web_push": settings.VAPID_PRIVATE_KEY, "sms": sms_provider()}
    return {"email", *(channel for channel, how in set_up.items() if how)}


def _places(
    emails: Iterable[tuple[UUID, str]],
    devices: Iterable[tuple[UUID, str, UUID, str]],
    phones: Iterable[tuple[UUID, str]],
) -> Iterator[_Place]:
    """Every mailbox that is used, device, and number."""
    used: dict[UUID, str] = {}
    for user_id, email in emails:
        used.setdefault(user_id, email)
    for user_id, email in used.items():
        yield _Place(user_id, "email", "", email)
    for user_id, platform, device_id, token in devices:
        yield _Place(user_id, CHANNELS[platform], str(device_id), token)  # type: ignore[index] # the constraint
    for user_id, number in phones:
        yield _Place(user_id, "sms", "", number)
