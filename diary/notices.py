"""Notices of changes that a thief would make: to every mailbox and every device, owed in the change's own transaction.

They are sent by `alerts.notices`, which knows the channels; `settings.DIARY_NOTICE_TASK` names its task.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
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
from diary.models.way_back import Undo
from diary.notes import sealed
from diary.suspending import suspended

_CHANNELS: Final[Mapping[Platform, NoticeChannel]] = {"ios": "push", "android": "push", "web": "web_push"}
_log = structlog.get_logger(__name__)


def announce(
    *,
    user_id: UUID,
    kind: NoticeKind,
    now: datetime,
    facts: Mapping[str, str] | None = None,
    link: str | None = None,
    by_mail: bool = True,
    apart_from: UUID | None = None,
) -> None:
    """Owe a notice to every mailbox and device of an account.

    `facts` are what the text names. `link` leads to what helps; it is mailed only, for a device may be a thief's.
    `by_mail` is false where the identity API mails about the change itself. `apart_from` is a device that knows.
    """
    owed = [("email", address, link) for address in mailboxes(user_id=user_id, now=now)] if by_mail else []
    owed += [(channel, str(id_), None) for id_, channel in _devices(user_id) if id_ != apart_from]
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
    for notice in notices:
        transaction.on_commit(partial(_nudge, notice.pk))


def mailboxes(*, user_id: UUID, now: datetime) -> list[str]:
    """The proved addresses, and those that were proved until a change of the last days, which a thief may have made."""
    proved = EmailAddress.objects.filter(user_id=user_id, verified=True).order_by("-primary", "pk")
    return list(dict.fromkeys([*proved.values_list("email", flat=True), *former_mailboxes(user_id=user_id, now=now)]))


def former_mailboxes(*, user_id: UUID, now: datetime) -> list[str]:
    """The addresses that a link can bring back, the latest first."""
    living = Undo.objects.filter(user_id=user_id, expires_at__gt=now, ended_at=None).order_by("-pk")
    return list(dict.fromkeys(living.values_list("email", flat=True)))


def shortened(number: str) -> str:
    """The end of a telephone number: enough for its owner."""
    return f"…{number[-3:]}"


def _devices(user_id: UUID) -> Iterable[tuple[UUID, NoticeChannel]]:
    found = Device.objects.filter(user_id=user_id, push_token__isnull=False).exclude(suspended()).order_by("id")
    for id_, platform in found.values_list("id", "platform"):
        yield id_, _CHANNELS[platform]  # type: ignore[index] # the constraint knows


def _nudge(notice_id: UUID) -> None:
    """Have it sent now. May get lost: the next sweep finds it owed."""
    task = settings.DIARY_NOTICE_TASK
    try:
        current_app.send_task(task, args=[str(notice_id)], expires=60)
    except (OperationalError, RedisError, OSError) as error:
        _log.warning("nudge lost", task=task, id=str(notice_id), error=type(error).__name__)
