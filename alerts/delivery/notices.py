"""Sending queued notices (`diary.reaching.notices`): claimed under a lease, sent, then removed.

A worker that dies in between leaves the lease behind; the copy has the same Message-ID.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from alerts.channels import CHANNELS, ChannelError, Endpoint
from alerts.delivery.hand_over import hand_over
from alerts.delivery.routes import EMAIL
from alerts.messages.message import Message
from diary.identity.notice_letters import notice_mail
from diary.models import Notice
from diary.reaching.languages import language_of

LEASE: Final = timedelta(minutes=1)

_log = structlog.get_logger(__name__)


def due_notices(*, now: datetime) -> QuerySet[Notice]:
    """What is to be sent now, the longest due first."""
    return Notice.objects.filter(due_at__lte=now).order_by("due_at", "pk")


def send_notice(*, notice_id: UUID, now: datetime) -> None:
    """Send one notice, if it is due and no one else is at it; what is refused permanently is given up."""
    notice = _claimed(notice_id, now)
    if notice is None:
        return
    channel = CHANNELS[notice.channel]
    endpoint = _endpoint(notice)
    try:
        if endpoint is not None:
            hand_over(_message(notice), to=notice.user_id, channel=notice.channel, endpoint=endpoint, now=now)
    except ChannelError as error:
        _log.warning("notice not sent", notice=str(notice.pk), attempt=notice.attempts, error=error.detail)
        if not error.permanent and notice.attempts <= len(channel.retries):
            _mine(notice).update(due_at=now + max(channel.retries[notice.attempts - 1], error.retry_after or LEASE))
            return
    _mine(notice).delete()


@transaction.atomic
def _claimed(notice_id: UUID, now: datetime) -> Notice | None:
    notice = due_notices(now=now).filter(pk=notice_id).select_for_update(skip_locked=True, no_key=True).first()
    if notice is None:
        return None
    notice.attempts, notice.due_at = notice.attempts + 1, now + LEASE
    notice.save(update_fields=["attempts", "due_at"])
    return notice


def _mine(notice: Notice) -> QuerySet[Notice]:
    """The notice, unless someone else has taken over meanwhile."""
    return Notice.objects.filter(pk=notice.pk, attempts=notice.attempts)


def _endpoint(notice: Notice) -> Endpoint | None:
    """The mailbox as it was when the change was made; a device as it is now, if it still is one."""
    if notice.channel == EMAIL:
        return Endpoint("", notice.address)
    return CHANNELS[notice.channel].endpoint_of_last_word(notice.user_id, notice.address)


def _message(notice: Notice) -> Message:
    language = language_of(user_id=notice.user_id)
    mail = notice_mail(notice, language=language)
    return Message(
        reference=str(notice.pk),
        language=language,
        subject=str(mail.subject),
        text=str(mail.body),
        html=str(mail.alternatives[0][0]),
        link=settings.PUBLIC_URL,
        kind="notice",
        pressing=False,
        created_at=notice.made_at,
    )
