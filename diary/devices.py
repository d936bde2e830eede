"""The devices of an account: which apps it uses, and where to push to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from msgspec import Meta, Struct
from msgspec.structs import asdict, replace

from diary.content import Language, ZoneName
from diary.cursors import cursor, place
from diary.deciding import WRITTEN, Expected, Status, decide
from diary.locks import hold_account
from diary.models.device import Device as Row
from diary.models.device import Platform
from diary.parsing import FieldError, Invalid
from diary.problems import Problem, not_found
from diary.push_subscriptions import SAYS, NotASubscription, hint, in_one_spelling

PushToken = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=2048,  # fits into a page of the index that keeps it unique
        pattern=r"^(?![\s\S]*[^ -~])",
        description="1 to 2,048 printable ASCII characters",
    ),
]
AppVersion = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=40,
        pattern=r"^(?![\s\S]*[^ -~])",
        description="1 to 40 printable ASCII characters",
    ),
]
MOST: Final = 20
"""Devices that an account may have: every phone and browser of a family, and too few to keep many workers busy."""
_SHOWN: Final = 4  # characters of a push token that an answer shows
_HIDDEN: Final = 12  # and how many at least it does not


class Device(Struct, frozen=True, forbid_unknown_fields=True):
    """One installation of an app. `push_token` is stored and never told again; null takes it back.

    It is the registration token of Firebase Cloud Messaging, and on the platform `web` the push subscription as the
    browser gives it: `{"endpoint": ..., "keys": {"p256dh": ..., "auth": ...}}` as text.
    """

    id: UUID
    platform: Platform
    push_token: PushToken | None = None
    time_zone: ZoneName | None = None
    app_version: AppVersion | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class StoredDevice:
    """A device as it stands; a tombstone has no content."""

    version: int
    updated_at: datetime
    content: Device | None


@dataclass(frozen=True, slots=True)
class _Wish:
    content: Device | None
    expected: Expected


def with_plain_token(content: Device) -> Device:
    """The device with a push token that something can be sent to, in one spelling. Raises Invalid."""
    if content.platform != "web" or content.push_token is None:
        return content
    try:
        return replace(content, push_token=in_one_spelling(content.push_token))
    except NotASubscription as error:
        raise Invalid([FieldError("/push_token", "invalid_value", SAYS)]) from error


@transaction.atomic
def put_device(
    *, user_id: UUID, device_id: UUID, content: Device | None, expected: Expected, now: datetime
) -> tuple[Status, StoredDevice | None]:
    """Store the device, or delete it (`content` is None), as safely twice as a resource of the diary.

    A push token leaves whichever device had it before, in whoever's account. Gives what became of the wish and the
    device as it stands after it. Raises Problem 404 when the account was erased meanwhile, 409 for one device too many.
    """
    if hold_account(user_id) is None:  # one write after another
        raise not_found()
    token = content.push_token if content else None
    if token is not None:
        _lock_token(token)
    row = Row.objects.select_for_update().filter(user_id=user_id, id=device_id).first()
    standing = None if row is None else _stored(row)
    status = decide(_Wish(content, expected), standing)
    if status not in WRITTEN:
        return status, standing
    if content is not None and row is None and Row.objects.filter(user_id=user_id, deleted=False).count() >= MOST:
        raise Problem(409, f"There are {MOST} devices already: delete one first.")
    if token is not None:
        elsewhere = Row.objects.filter(push_token=token).exclude(user_id=user_id, id=device_id)
        elsewhere.update(push_token=None, push_proved_at=None, version=F("version") + 1, updated_at=now)
    version = 1 if standing is None else standing.version + 1
    kept = Row(user_id=user_id, id=device_id, version=version, updated_at=now, deleted=content is None)
    for name, value in (asdict(content) if content else {}).items():
        setattr(kept, name, value)
    if row is not None and token is not None and row.push_token == token:
        kept.push_refusals, kept.push_proved_at = row.push_refusals, row.push_proved_at
    kept.save(force_insert=row is None, force_update=row is not None)
    return status, StoredDevice(version, now, content)


def read_device(*, user_id: UUID, device_id: UUID) -> StoredDevice | None:
    """The device as it stands; None for one that was deleted or never was."""
    row = Row.objects.filter(user_id=user_id, id=device_id, deleted=False).first()
    return None if row is None else _stored(row)


def devices_page(*, user_id: UUID, limit: int, after: str | None) -> tuple[list[StoredDevice], str | None]:
    """At most `limit` living devices after the cursor, by id, and the cursor of the next page. Raises Invalid."""
    within = f"{user_id}:devices"
    rows = Row.objects.filter(user_id=user_id, deleted=False).order_by("id")
    if after is not None:
        rows = rows.filter(id__gt=place(after, within=within))
    found = list(rows[: limit + 1])
    page = found[:limit]
    return [_stored(row) for row in page], cursor(page[-1].id, within=within) if len(found) > limit else None


def presented(device: StoredDevice) -> dict[str, Any]:
    """A device as its owner reads it: of the push token only the end, and of a short one nothing."""
    if device.content is None:
        raise ValueError("a tombstone has nothing to read")
    fields = asdict(device.content)
    token = fields.pop("push_token")
    return fields | {
        "push_token_hint": None if token is None else _masked(hint(token)),
        "version": device.version,
        "updated_at": device.updated_at,
    }


def _masked(token: str) -> str:
    return "…" + (token[-_SHOWN:] if len(token) >= _SHOWN + _HIDDEN else "")


def _lock_token(token: str) -> None:
    """Two accounts that show the same token at once take turns."""
    with connection.cursor() as cursor_:
        cursor_.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [token])


def _stored(row: Row) -> StoredDevice:
    content = None if row.deleted else Device(**{name: getattr(row, name) for name in Device.__struct_fields__})
    return StoredDevice(row.version, row.updated_at, content)
