"""The line before a receiver: no more than two messages at a time, so that a slow one takes few of the hands there are.

A delivery that finds its receiver busy is held; whoever is done with the receiver calls the next ones.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from alerts.channels.channel import BUSY, BUSY_FOR
from alerts.models import Delivery, Webhook

AT_ONCE: Final = 2
_CALLED: Final = 2 * AT_ONCE
"""More than get their turn: one or the other may not be wanted any more."""
_CHANNEL: Final = "webhook"
_NEAR: Final = 2 * BUSY_FOR
"""Longer than any lease or hold, so that what is planned for later is not looked through."""


def is_busy(*, receiver: str, now: datetime) -> bool:
    """Whether the receiver has enough to do. Whoever claims for it takes turns until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"webhook receiver {receiver}"])
    leases = Delivery.objects.filter(next_attempt_at__gt=now, next_attempt_at__lte=now + _NEAR, state="sending")
    return _to(receiver, leases).count() >= AT_ONCE


def next_in_line(*, receiver: str, now: datetime) -> list[UUID]:
    """The deliveries that have waited longest for the receiver; they are due now."""
    near = Delivery.objects.filter(next_attempt_at__lte=now + _NEAR, state="owed")
    waiting = _to(receiver, near).filter(Q(next_attempt_at__lte=now) | Q(last_error=BUSY))
    called = list(waiting.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:_CALLED])
    Delivery.objects.filter(pk__in=called, state="owed", next_attempt_at__gt=now).update(next_attempt_at=now)
    return called


def _to(receiver: str, deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    webhooks = Webhook.objects.annotate(named=Cast("id", TextField()))
    behind = webhooks.filter(user=OuterRef("recipient"), named=OuterRef("endpoint"), receiver=receiver)
    return deliveries.filter(Exists(behind), channel=_CHANNEL)
