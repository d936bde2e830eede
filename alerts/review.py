"""What the owner of an account looks through after everyone was thrown out of it: where alerts go, and the circle.

Each item waits until it is confirmed or removed. Places to send to that were added since the last proof are suspended
meanwhile (`diary.reaching.suspending`); the circle hears alerts all the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.db import transaction

from alerts.webhooks import registering
from diary.access import circle
from diary.access.levels import Access
from diary.locks import hold_account
from diary.models import Caregiver, Device, Patient, Phone, User
from diary.problems import not_found
from diary.reaching import devices, phones
from diary.reaching.notices import shortened
from diary.reaching.suspending import Place, awaits_review, is_suspended

Kind = Literal["device", "webhook", "phone", "caregiver"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at. `id` names it here, `resource` where it is kept; its owner knows it by `shown`."""

    id: UUID
    kind: Kind
    resource: UUID | None
    shown: str
    added_at: datetime | None
    suspended: bool


def waiting_items(*, user_id: UUID) -> list[Item]:
    """What waits for the owner's word, the suspended first; nothing when no one was thrown out, or all was said."""
    user = User.objects.filter(pk=user_id).first()
    if user is None or user.recovered_at is None:
        return []
    items = [*_devices(user), *_webhooks(user), *_phone(user), *_circle(user)]
    return sorted(items, key=lambda item: not item.suspended)


@transaction.atomic
def confirm(*, user_id: UUID, item_id: UUID, now: datetime) -> None:
    """It is theirs, and is sent to again. Raises Problem 404 for what does not wait."""
    hold_account(user_id)
    item = _named(user_id, item_id)
    match item.kind, item.resource:
        case "device", UUID() as device_id:
            devices.confirm_device(user_id=user_id, device_id=device_id, now=now)
        case "webhook", UUID() as webhook_id:
            registering.confirm_webhook(user_id=user_id, webhook_id=webhook_id, now=now)
        case "caregiver", UUID() as caregiver_id:
            circle.confirm_place(patient_id=_diary(user_id), caregiver_id=caregiver_id, now=now)
        case _:
            phones.confirm_phone(user_id=user_id, now=now)
    _end_if_done(user_id)


@transaction.atomic
def remove(*, user_id: UUID, item_id: UUID, now: datetime) -> None:
    """It is not theirs: a device, webhook or number is deleted, access to the diary ends. Raises Problem 404."""
    hold_account(user_id)
    item = _named(user_id, item_id)
    match item.kind, item.resource:
        case "device", UUID() as device_id:
            devices.put_device(
                user_id=user_id, session_id=None, device_id=device_id, content=None, expected=None, now=now
            )
        case "webhook", UUID() as webhook_id:
            registering.put_webhook(user_id=user_id, webhook_id=webhook_id, content=None, expected=None, now=now)
        case "caregiver", UUID() as caregiver_id:
            circle.end(access=Access(user_id, _diary(user_id), "own"), caregiver_id=caregiver_id, now=now)
        case _:
            phones.remove_phone(user_id=user_id)
    _end_if_done(user_id)


def _named(user_id: UUID, item_id: UUID) -> Item:
    for item in waiting_items(user_id=user_id):
        if item.id == item_id:
            return item
    raise not_found()


def _end_if_done(user_id: UUID) -> None:
    """Nothing waits any more: what is added from now on is trusted again."""
    if not waiting_items(user_id=user_id):
        User.objects.filter(pk=user_id).update(recovered_at=None, trusted_until=None)


def _diary(user_id: UUID) -> UUID:
    return Patient.objects.values_list("pk", flat=True).get(user_id=user_id)


def _item(user: User, kind: Kind, resource: UUID | None, shown: str, place: Place, *, reaches: bool = True) -> Item:
    id_ = uuid5(user.pk, f"{kind} {resource}")
    return Item(id_, kind, resource, shown, place.added_at, reaches and is_suspended(place, user))


def _devices(user: User) -> list[Item]:
    living = Device.objects.filter(user=user, deleted=False, push_token__isnull=False).order_by("id")
    return [
        _item(user, "device", row.id, f"{row.platform} {devices.hint_of(row)}", row)
        for row in living
        if awaits_review(row, user)
    ]


def _webhooks(user: User) -> list[Item]:
    living = registering.living(user.pk).order_by("id")
    return [
        _item(user, "webhook", row.id, urlsplit(row.url or "").hostname or "", row)
        for row in living
        if awaits_review(row, user)
    ]


def _phone(user: User) -> list[Item]:
    row = Phone.objects.filter(user=user, number__isnull=False).first()
    if row is None or not awaits_review(row, user):
        return []
    return [_item(user, "phone", None, shortened(row.number or ""), row)]


def _circle(user: User) -> list[Item]:
    places = Caregiver.objects.filter(patient__user=user).exclude(state="ended").order_by("invited_at", "id")
    return [
        _item(user, "caregiver", place.id, circle.presented(place)["email"], place, reaches=False)
        for place in places
        if awaits_review(place, user)
    ]
