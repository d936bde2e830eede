"""A test message through one or all of someone's channels, and how far each came: accepted, arrived, opened."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from alerts.channels import CHANNELS
from alerts.courtesy.ways import Way
from alerts.models import Courtesy
from alerts.nudging import nudge
from diary.limits.budgets import Budget, spend
from diary.locks import hold_account
from diary.problems import not_found, too_many
from diary.reaching.phones import not_sent

WORTH: Final = timedelta(minutes=10)
AGAIN_AFTER: Final = timedelta(minutes=1)
"""Asked for sooner, the answer lost, nothing is sent again."""
TESTABLE: Final = tuple(name for name, channel in CHANNELS.items() if channel.personal)
"""Webhooks have a test of their own: the challenge that verifies them."""


@transaction.atomic
def send_test(*, user_id: UUID, channel: str | None, now: datetime) -> Sequence[Courtesy]:
    """Owe a test message to every place behind the channel, or behind all; gives them, none where nothing is reached.

    Raises Problem 429 after too many in a day, 503 for an SMS that cannot be counted, 404 for an account that is gone.
    """
    if hold_account(user_id) is None:
        raise not_found()
    before = newest_test(user_id=user_id)
    if before and before[0].created_at > now - AGAIN_AFTER and channel in {None, *(one.channel for one in before)}:
        return before
    ways = list(_ways(user_id, channel))
    _spend(user_id, ways)
    run = uuid4()
    owed = [
        Courtesy(
            user_id=user_id,
            kind="test",
            occasion=f"{run} {way.name}",
            created_at=now,
            due_at=now,
            until=now + WORTH,
            channel=way.channel,
            endpoint=way.endpoint.id,
        )
        for way in ways
    ]
    Courtesy.objects.bulk_create(owed)
    if owed:
        transaction.on_commit(partial(nudge, "alerts.tasks.send_courtesies"))
    return owed


def newest_test(*, user_id: UUID) -> Sequence[Courtesy]:
    """What became of the test that someone asked for last."""
    tests = Courtesy.objects.filter(user_id=user_id, kind="test")
    newest = tests.order_by("-created_at").values("created_at")[:1]
    return list(tests.filter(created_at=newest).order_by("channel", "endpoint"))


def _ways(user_id: UUID, channel: str | None) -> Iterator[Way]:
    for name in TESTABLE if channel is None else [channel]:
        for endpoint in CHANNELS[name].endpoints(user_id):
            yield Way(name, endpoint)


def _spend(user_id: UUID, ways: Sequence[Way]) -> None:
    """An SMS costs as much as a code, and counts as one."""
    sms = [Budget("sms")] if any(way.channel == "sms" for way in ways) else []
    spent = spend(Budget("test_account", str(user_id)), *sms)
    if sms and not spent.counted:
        raise not_sent()
    if spent.wait > 0:
        raise too_many(spent.wait)
