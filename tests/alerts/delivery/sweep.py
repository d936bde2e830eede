"""The sweep that sends what is due, at a time that is given."""

from datetime import datetime

from alerts.delivery.send import deliver
from alerts.delivery.turns import due_deliveries
from tests.alerts.diaries import NOON


def deliver_all(now: datetime = NOON) -> None:
    """What a sweep has sent at `now`."""
    for delivery_id in list(due_deliveries(now=now).values_list("pk", flat=True)):
        deliver(delivery_id=delivery_id, now=now)
