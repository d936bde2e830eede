"""The devices of an account: which apps it uses, and where to push to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop as _
from msgspec import Meta, Struct
from msgspec.structs import asdict, replace

from diary.cursors import Listing
from diary.format.fields import Language, ZoneName
from diary.format.sentences import Sentence
from diary.format.strict_json import FieldError, Invalid
from diary.locks import hold_account
from diary.models.device import Device as Row
from diary.models.device import Platform
from diary.models.user import User
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found
from diary.reaching.endpoints import forget, note_working
from diary.reaching.notices import CHANNELS, announce
from diary.reaching.push_subscriptions import SAYS, NotASubscription, hint, in_one_spelling
from diary.reaching.suspending import confirm_is_theirs, is_suspended
from diary.reaching.travel import heard_from
from diary.versions import WRITTEN, Expected, Status, decide

PushToken = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=2048,  # fits into a page of the index that keeps it unique
        pattern=r"^(?![\s\S]*[^ -~])",
        description=_("text of 1 to 2,048 printable ASCII characters"),
    ),
]
AppVersion = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=40,
        pattern=r"^(?![\s\S]*[^ -~])",
        description=_("text of 1 to 40 printable ASCII characters"),
    ),
]
STORED: Final = frozenset({"created", "updated", "unchanged"})
"""What became of a put that is stored now as it was sent."""
MOST: Final = 20
"""Devices that an account may have: every phone and browser of a family, and too few to keep many workers busy."""
_SHOWN: Final = 4  # characters of a push token that an answer shows
_HIDDEN: Final = 12  # and how many at least it does not


class Device(Struct, frozen=True, forbid_unknown_fields=True):
    """One installation of an app. `push_token` is stored and never shown again; null removes it.

    It is the registration token of Firebase Cloud Messaging, or on the platform `web` the browser's push subscription
    as text: `{"endpoint": ..., "keys": {"p256dh": ..., "auth": ...}}`.
    """

    id: UUID
    platform: Platform
    push_token: PushToken | None = None
    time_zone: ZoneName | None = None
    app_version: AppVersion | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class StoredDevice:
    """A device as it is now; a tombstone has no content.

    `push_taken_at` is when another account showed its push token. Nothing goes to a `suspended` device until its owner
    confirms it (`diary.reaching.suspending`).
    """

    version: int
    updated_at: datetime
    content: Device | None
    push_taken_at: datetime | None = None
    suspended: bool = False


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
    *,
    user_id: UUID,
    session_id: UUID | None,
    device_id: UUID,
    content: Device | None,
    expected: Expected,
    now: datetime,
) -> tuple[Status, StoredDevice | None]:
    """Store the device, or delete it (`content` is None), as idempotently as a resource of the diary.

    It is pushed to while the session lasts; the same again from another session is enough to say that this one is it.

    A push token leaves whichever device had it before, in whoever's account; another account is notified. Gives what
    became of the wish and the device as it is after it. Raises Problem 404 when the account was erased meanwhile,
    409 for one device too many.
    """
    user = hold_account(user_id)  # one write after another
    if user is None:
        raise not_found()
    token = content.push_token if content else None
    if token is not None:
        _lock_token(token)
    row = Row.objects.select_for_update(no_key=True).filter(user_id=user_id, id=device_id).first()
    standing = None if row is None else stored(row, user)
    status = decide(_Wish(content, expected), standing)
    if row is not None and content is not None and status in STORED:
        row.session_id = session_id
        confirm_is_theirs(row, user, now=now)
        row.save(update_fields=["session_id", "confirmed_at"])
        standing = stored(row, user)
    if content is not None and content.time_zone is not None and status in STORED:
        heard_from(user_id=user_id, zone=content.time_zone, now=now)
    if status not in WRITTEN:
        return status, standing
    if content is not None and row is None and Row.objects.filter(user_id=user_id, deleted=False).count() >= MOST:
        raise Problem(
            ProblemType.TOO_MANY_DEVICES, Sentence(_("There are already {most} devices; delete one first."), most=MOST)
        )
    return status, stored(_written(row, Row(user_id=user_id, id=device_id, session_id=session_id), content, now), user)


def _written(before: Row | None, row: Row, content: Device | None, now: datetime) -> Row:
    """The device with its new content, none when it is deleted; its push token has left all others."""
    token = content.push_token if content else None
    is_new = token is not None and (before is None or before.push_token != token)
    if token is not None and is_new:
        _take_from_others(token, row.user_id, row.id, now)
    row.session_id = row.session_id if content is not None else None
    row.version, row.updated_at, row.deleted = (before.version if before else 0) + 1, now, content is None
    for name, value in (asdict(content) if content else {}).items():
        setattr(row, name, value)
    row.added_at = now if is_new or before is None else before.added_at
    if before is not None:
        row.confirmed_at = before.confirmed_at
        row.push_taken_at = before.push_taken_at if content is not None and token is None else None
        if token is not None and not is_new:
            row.push_refusals, row.push_proved_at = before.push_refusals, before.push_proved_at
    row.save(force_insert=before is None, force_update=before is not None)
    if content is None:
        forget(user_id=row.user_id, endpoint=str(row.id))
    if content is not None and token is not None and is_new:
        note_working(
            user_id=row.user_id, channel=CHANNELS[content.platform], endpoint=str(row.id), address=token, at=now
        )
        announce(user_id=row.user_id, kind="device_added", facts={"platform": content.platform}, now=now)
    return row


def _take_from_others(token: str, user_id: UUID, device_id: UUID, now: datetime) -> None:
    """A phone keeps its token when someone else signs in on it; whoever had it before is notified immediately."""
    for device in Row.objects.filter(push_token=token).exclude(user_id=user_id, id=device_id):
        is_theirs = device.user_id != user_id
        if is_theirs:  # before their device is locked: an account comes before what hangs on it
            facts = {"platform": device.platform or ""}
            announce(user_id=device.user_id, kind="device_taken", facts=facts, now=now)
        Row.objects.filter(pk=device.pk, push_token=token).update(
            push_token=None,
            push_proved_at=None,
            push_taken_at=now if is_theirs else None,
            version=F("version") + 1,
            updated_at=now,
        )


def confirm_device(*, user_id: UUID, device_id: UUID, now: datetime) -> None:
    """Its owner says that it is theirs."""
    Row.objects.filter(user_id=user_id, id=device_id).update(confirmed_at=now)


def read_device(*, user_id: UUID, device_id: UUID) -> StoredDevice | None:
    """The device as it is now; None for one that was deleted or never was."""
    row = Row.objects.filter(user_id=user_id, id=device_id, deleted=False).select_related("user").first()
    return None if row is None else stored(row, row.user)


def devices(*, user_id: UUID) -> Listing[StoredDevice]:
    """The living devices of an account, by id."""
    living = Row.objects.filter(user_id=user_id, deleted=False).select_related("user").order_by("id")

    def after(place: Any, limit: int) -> Sequence[StoredDevice]:
        rows = living if place is None else living.filter(id__gt=place)
        return [stored(row, row.user) for row in rows[:limit]]

    return Listing(f"{user_id}:devices", after, _id_of)


def _id_of(device: StoredDevice) -> UUID | None:
    return None if device.content is None else device.content.id


def presented(device: StoredDevice) -> dict[str, Any]:
    """A device as its owner reads it: of the push token only the end, and of a short one nothing."""
    if device.content is None:
        raise ValueError("a tombstone has nothing to read")
    fields = asdict(device.content)
    return fields | {
        "push_token_hint": _hint(fields.pop("push_token")),
        "push_taken_at": device.push_taken_at,
        "suspended": device.suspended,
        "version": device.version,
        "updated_at": device.updated_at,
    }


def hint_of(row: Row) -> str:
    """What its owner may know its push token by."""
    return _hint(row.push_token) or ""


def _hint(push_token: str | None) -> str | None:
    if push_token is None:
        return None
    token = hint(push_token)
    return "…" + (token[-_SHOWN:] if len(token) >= _SHOWN + _HIDDEN else "")


def _lock_token(token: str) -> None:
    """Two accounts that show the same token at once take turns."""
    with connection.cursor() as cursor_:
        cursor_.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [token])


def stored(row: Row, user: User) -> StoredDevice:
    """A row, which is `user`'s, as it is read."""
    content = None if row.deleted else Device(**{name: getattr(row, name) for name in Device.__struct_fields__})
    return StoredDevice(row.version, row.updated_at, content, row.push_taken_at, is_suspended(row, user))
