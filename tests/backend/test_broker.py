"""The broker, asked how it is."""

from celery import Celery
from django.conf import settings

from backend.broker import queue_depths
from tests.flow.kill import flush_broker


def test_what_waits_is_counted_whatever_its_priority() -> None:
    flush_broker()
    with Celery(broker=settings.CELERY_BROKER_URL, set_as_current=False) as app:
        for priority in (0, 3, 6, 9):
            app.send_task("alerts.tasks.deliver", queue="delivery", priority=priority)
    assert queue_depths()["delivery"] == 4
    flush_broker()
    assert queue_depths()["delivery"] == 0
