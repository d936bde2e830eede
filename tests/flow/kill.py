"""What the kill tests share: diaries that are worth an alert, and the sweeps that beat would send."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import redis
from celery import Celery
from django.conf import settings
from django.utils import timezone

from alerts.models import Delivery
from tests.alerts.diaries import nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person

SWEEPS = {
    "alerts.tasks.sweep_diaries": "screening",
    "alerts.tasks.sweep_deliveries": "delivery",
    "alerts.tasks.sweep_escalations": "delivery",
}


def write_numbness(person: Person) -> None:
    """An emergency, noted now: alert and delivery are stored with the write."""
    write(person, saddle_numbness(timezone.now().date()), now=timezone.now())


def write_nights(person: Person) -> None:
    """Six weeks of nights, written just now: the screening in the background has something to find."""
    write(person, *nights_that_no_tablet_helped(until=timezone.now().date()), now=timezone.now())


def flush_broker() -> None:
    """Everything that the broker held is gone."""
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.flushdb()


def leases_run_out() -> None:
    """A minute and more goes by."""
    Delivery.objects.filter(state="sending").update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def swept_until(done: Callable[[], Any], *, broker: str | None = None, timeout: float = 60.0) -> None:
    """Send the sweeps again and again, as beat does but faster, until `done`. Raises TimeoutError."""
    deadline = time.monotonic() + timeout
    with Celery(broker=broker or settings.REDIS_URL, set_as_current=False) as app:
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError(f"not done within {timeout} seconds")
            for task, queue in SWEEPS.items():
                app.send_task(task, queue=queue)
            time.sleep(0.5)
