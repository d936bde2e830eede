"""Sending courtesies: claimed a few at a time under a lease, sent outside any transaction, then recorded.

Whoever has time takes what is due, the longest due first. A worker that dies leaves its leases behind; when they end
someone sends again, under the same reference.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, QuerySet

from alerts.channels import CHANNELS, ChannelError
from alerts.channels.email import one_connection
from alerts.courtesy.letters import letter_of
from alerts.courtesy.reminders import still_wanted
from alerts.courtesy.silences import still_silent
from alerts.courtesy.ways import Way, ways_to
from alerts.models import Courtesy

AT_ONCE: Final = 10
LEASE: Final = timedelta(minutes=3)
"""Longer than so many take at a server that does not answer."""
KEPT_FOR: Final = timedelta(days=60)

_log = structlog.get_logger(__name__)


def due_courtesies(*, now: datetime) -> QuerySet[Courtesy]:
    """What is to be sent now, the longest due first."""
    return Courtesy.objects.filter(due_at__lte=now).order_by("due_at")


def send_courtesies(*, now: datetime) -> int:
    """Send the first few that are due and that no one else has in hand; gives how many these were."""
    claimed = _claimed(now)
    wanted = _worth_sending(claimed, now)
    with one_connection():
        for courtesy in claimed:
            if courtesy.pk in wanted:
                _send(courtesy, now)
            else:
                _record(courtesy, state="dropped", due_at=None)
    return len(claimed)


def forget_courtesies(*, now: datetime) -> None:
    """Remove what was settled so long ago that no one asks for it."""
    Courtesy.objects.filter(created_at__lte=now - KEPT_FOR, due_at__isnull=True).delete()


@transaction.atomic
def _claimed(now: datetime) -> Sequence[Courtesy]:
    due = due_courtesies(now=now).select_related("user", "patient__user")
    claimed = list(due.select_for_update(no_key=True, of=("self",), skip_locked=True)[:AT_ONCE])
    for courtesy in claimed:
        courtesy.state, courtesy.attempts, courtesy.due_at = "sending", courtesy.attempts + 1, now + LEASE
    ids = [courtesy.pk for courtesy in claimed]
    Courtesy.objects.filter(pk__in=ids).update(state="sending", attempts=F("attempts") + 1, due_at=now + LEASE)
    return claimed


def _worth_sending(claimed: Sequence[Courtesy], now: datetime) -> set[UUID]:
    """Those that are still of use to someone."""
    living = [one for one in claimed if one.user.is_active and now <= one.until]
    wanted = still_wanted([one for one in living if one.kind in ("reminder", "later")], now=now)
    others = {one.pk for one in living if one.kind == "test"}
    return wanted | others | {one.pk for one in living if one.kind == "silence" and still_silent(one, now=now)}


def _send(courtesy: Courtesy, now: datetime) -> None:
    way = _way(courtesy)
    if way is None:
        _record(courtesy, state="failed", due_at=None)
        return
    courtesy.channel, courtesy.endpoint = way.channel, way.endpoint.id
    try:
        CHANNELS[way.channel].send(letter_of(courtesy), way.endpoint)
    except ChannelError as error:
        _log.warning("courtesy not sent", courtesy=str(courtesy.pk), attempt=courtesy.attempts, error=error.detail)
        if error.gone:
            CHANNELS[way.channel].retire(user_id=courtesy.user_id, endpoint=way.endpoint)
        _try_again(courtesy, way, error, now)
    else:
        _record(courtesy, state="sent", sent_at=now, due_at=None)


def _way(courtesy: Courtesy) -> Way | None:
    """The way it is on, as far as the person is still reached there, else the next."""
    ways = ways_to(courtesy.user_id)
    on = [way for way in ways if (way.channel, way.endpoint.id) == (courtesy.channel, courtesy.endpoint)]
    others = [] if courtesy.kind == "test" else ways  # it tests this one
    return next((way for way in [*on, *others] if way.name not in courtesy.tried), None)


def _try_again(courtesy: Courtesy, way: Way, error: ChannelError, now: datetime) -> None:
    """Later on the same way, as long as there is a point in it; else on the next way at once."""
    retries = CHANNELS[way.channel].retries
    wait = max(retries[min(courtesy.attempts, len(retries)) - 1], error.retry_after or timedelta())
    if error.permanent or now + wait > courtesy.until:
        _record(courtesy, state="owed", due_at=now, tried=[*courtesy.tried, way.name])
    else:
        _record(courtesy, state="owed", due_at=now + wait)


def _record(courtesy: Courtesy, **columns: object) -> None:
    """As long as it is still ours: `attempts` tells one lease from the next."""
    mine = Courtesy.objects.filter(pk=courtesy.pk, state="sending", attempts=courtesy.attempts)
    mine.update(channel=courtesy.channel, endpoint=courtesy.endpoint, **columns)
