"""Notices of changes that a thief would make: to every mailbox and every device, queued in the change's own
transaction.

They are sent by `alerts.delivery.notices`, which knows the channels; `settings.DIARY_NOTICE_TASK` names its task.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from allauth.account.models import EmailAddress
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from diary.models.device import Device, Platform
from diary.models.notice import Notice, NoticeChannel, NoticeKind
from diary.reaching.push_tokens import signed_in
from diary.reaching.suspending import suspended
from diary.sealing import resealed, sealed

CHANNELS: Final[Mapping[Platform, NoticeChannel]] = {"ios": "push", "android": "push", "web": "web_push"}
"""By which channel an app on each platform is reached."""
_log = structlog.get_logger(__name__)


def announce(
    *,
    user_id: UUID,
    kind: NoticeKind,
    now: datetime,
    facts: Mapping[str, str] | None = None,
    link: str | None = None,
    by_mail: bool = True,
    also: Sequence[str] = (),
    but: tuple[str, str] | None = None,
) -> None:
    """Owe a notice to every mailbox of an account and every device that is signed in; where there is neither, by SMS.

    What is about sign-outs is announced before the sessions end, so that the devices hear of it that were signed in.

    `facts` are what the text names. `link` leads to what helps; it is mailed only, for a device may be a thief's.
    `by_mail` is false where the identity API mails about the change itself. `also` are further mailboxes. `but` is a
    channel, and the mailbox or device that is not to be used.
    """
    addresses = dict.fromkeys([*_mailboxes(user_id), *also]) if by_mail else {}
    owed: list[tuple[NoticeChannel, str, str | None]] = [("email", address, link) for address in addresses]
    owed += [(channel, str(id_), None) for id_, channel in _devices(user_id)]
    owed = [way for way in owed if way[:2] != but]
    if not owed and by_mail and but != ("sms", ""):
        owed.append(("sms", "", None))
    notices = [
        Notice(
            user_id=user_id,
            kind=kind,
            channel=channel,
            address=address,
            facts=dict(facts or {}),
            link=sealed(way).encode() if way else None,
            made_at=now,
            due_at=now,
        )
        for channel, address, way in owed
    ]
    Notice.objects.bulk_create(notices)
    if notices:
        transaction.on_commit(_nudge)


def announce_later(*, user_id: UUID, address: str, link: str, now: datetime) -> None:
    """Owe the link that undoes a change to a mailbox whose server did not take the mail about it."""
    Notice.objects.create(
        user_id=user_id,
        kind="change_to_undo",
        channel="email",
        address=address,
        link=sealed(link).encode(),
        made_at=now,
        due_at=now,
    )


def shortened(number: str) -> str:
    """The end of a phone number: enough for its owner."""
    return f"…{number[-3:]}"


def _mailboxes(user_id: UUID) -> list[str]:
    proved = EmailAddress.objects.filter(user_id=user_id, verified=True).order_by("-primary", "pk")
    return list(proved.values_list("email", flat=True))


def _devices(user_id: UUID) -> Iterable[tuple[UUID, NoticeChannel]]:
    found = Device.objects.filter(signed_in(), user_id=user_id, push_token__isnull=False).exclude(suspended())
    found = found.order_by("id")
    for id_, platform in found.values_list("id", "platform"):
        yield id_, CHANNELS[platform]  # type: ignore[index] # the constraint knows


def reseal_links() -> int:
    """Seal the link of every notice that is owed under the current key; gives how many there are."""
    with transaction.atomic():
        owed = list(Notice.objects.select_for_update(no_key=True).filter(link__isnull=False))
        for notice in owed:
            notice.link = resealed(bytes(notice.link or b""))
            notice.save(update_fields=["link"])
    return len(owed)


def _nudge() -> None:
    """Have what is due sent now. May get lost: the next sweep finds it."""
    task = settings.DIARY_NOTICE_TASK
    try:
        current_app.send_task(task, expires=60)
    except (OperationalError, RedisError, OSError) as error:
        _log.warning("nudge lost", task=task, error=type(error).__name__)
