"""Who can be reached: whether anything works of what would tell them of an emergency."""

from collections.abc import Collection, Iterator
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from diary.models.device import Device
from diary.models.failing_endpoint import FailingEndpoint
from diary.models.phone import Phone
from diary.models.preferences import Preferences
from diary.models.user import User
from diary.reaching.endpoints import address_digest
from diary.reaching.mailboxes import mailboxes
from diary.reaching.notices import CHANNELS
from diary.reaching.preferences import default_channels
from diary.reaching.push_tokens import signed_in
from diary.reaching.sms import sms_provider
from diary.reaching.suspending import suspended

Row = TypeVar("Row", bound=Model)
_Place = tuple[str, str, str]
"""A channel, the endpoint's id there, and its address."""


def reachable(*, user_ids: Collection[UUID]) -> set[UUID]:
    """Those of these accounts with an endpoint that works, of a channel they chose for emergencies or by email."""
    people = with_places(User.objects.filter(pk__in=user_ids).only("pk"), account="pk")
    return {person.pk for person in people if is_reachable(person)}


def with_places(rows: QuerySet[Row], *, account: str) -> QuerySet[Row]:
    """The same rows, as `is_reachable` needs them; `account` leads from a row to the account that it is about.

    All of it is looked up by that account, in the statement of the rows themselves.
    """
    theirs = {"user": OuterRef(account)}
    devices = Device.objects.filter(signed_in(), push_token__isnull=False, **theirs).exclude(suspended())
    phones = Phone.objects.filter(number__isnull=False, **theirs).exclude(suspended("verified_at"))
    pushed = JSONObject(platform="platform", id="id", token="push_token")  # noqa: S106 a column
    failing = JSONObject(channel="channel", endpoint="endpoint", digest="address_digest")
    return rows.annotate(  # type: ignore[return-value] # the stubs forget whose rows they are
        mailbox=Subquery(mailboxes().filter(**theirs).values("email")[:1]),
        pushed=ArraySubquery(devices.values(json=pushed)),
        number=Subquery(phones.values("number")),
        failing=ArraySubquery(FailingEndpoint.objects.filter(**theirs).values(json=failing)),
        chosen=Subquery(Preferences.objects.filter(**theirs).values("emergency")),
    )


def is_reachable(row: Any) -> bool:
    """Whether the account of a row that was read `with_places` would hear of an emergency now."""
    chosen = default_channels("emergency") if row.chosen is None else row.chosen
    failing = {(one["channel"], one["endpoint"], one["digest"]) for one in row.failing}
    used = _channels_set_up() & {"email", *chosen}
    return any(
        channel in used and (channel, endpoint, address_digest(address)) not in failing
        for channel, endpoint, address in _places(row)
    )


def _places(row: Any) -> Iterator[_Place]:
    """The mailbox that is used, the devices that are signed in, and the number."""
    if row.mailbox:
        yield "email", "", row.mailbox
    for one in row.pushed:
        yield CHANNELS[one["platform"]], one["id"], one["token"]
    if row.number:
        yield "sms", "", row.number


def _channels_set_up() -> set[str]:
    set_up = {"push": settings.FCM_CREDENTIALS, "web_push": settings.VAPID_PRIVATE_KEY, "sms": sms_provider()}
    return {"email", *(channel for channel, how in set_up.items() if how)}
