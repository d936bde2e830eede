"""The line before a receiver: no more than two messages at a time, so that a slow one takes few of the hands there are.

A delivery that finds its receiver busy stays as it is, due; whoever is done with the receiver nudges the next ones.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast

from alerts.models import Delivery, Webhook

AT_ONCE: Final = 2
_NUDGED: Final = 4
"""More than get their turn: one or the other may not be wanted any more."""
_CHANNEL: Final = "webhook"
_LONGEST: Final = timedelta(minutes=2)
"""Longer than any lease, so that what is planned for later is not looked through."""


def is_busy(*, receiver: str, now: datetime) -> bool:
    """Whether the receiver has enough to do. Whoever claims for it takes turns until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"webhook receiver {receiver}"])
    leases = Delivery.objects.filter(next_attempt_at__gt=now, next_attempt_at__lte=now + _LONGEST, state="sending")
    return _of(receiver, leases).count() >= AT_ONCE


def next_in_line(*, receiver: str, now: datetime) -> list[UUID]:
    """The deliveries that wait for the receiver, the longest due first."""
    due = Delivery.objects.filter(next_attempt_at__lte=now, state="owed").order_by("next_attempt_at", "pk")
    return list(_of(receiver, due).values_list("pk", flat=True)[:_NUDGED])


def _of(receiver: str, deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    webhooks = Webhook.objects.annotate(named=Cast("id", TextField()))
    behind = webhooks.filter(user=OuterRef("recipient"), named=OuterRef("endpoint"), receiver=receiver)
    return deliveries.filter(Exists(behind), channel=_CHANNEL)
