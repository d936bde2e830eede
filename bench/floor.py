"""The least that an alert can take here: one commit, one empty task through Celery, one mail handed over bare."""

import smtplib
import time
from urllib.parse import urlsplit
from uuid import uuid4

import redis
from celery import current_app, shared_task
from django.conf import settings
from django.db import connection

from tests.service import Service

MODULE = __name__
"""A worker that is to run the empty task is started with `--include` and this."""
_PATIENCE_SECONDS = 30
_MAIL = b"From: floor@bench.example\r\nTo: floor@bench.example\r\nSubject: An empty mail\r\n\r\nNothing.\r\n"


@shared_task
def say_so(key: str) -> None:
    """Do nothing but tell that it was run."""
    _broker().rpush(key, "done")


def floors(service: Service, *, samples: int) -> list[float]:
    """Seconds for the three, one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_floor (id uuid PRIMARY KEY)")
    return [_floor(service) for _ in range(samples)]


def _floor(service: Service) -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_floor VALUES (%s)", [uuid4()])
    key = uuid4().hex
    current_app.send_task(f"{MODULE}.say_so", args=[key], queue="delivery")
    if _broker().blpop([key], timeout=_PATIENCE_SECONDS) is None:
        raise TimeoutError("the empty task was not run")
    receiver = urlsplit(service.mailbox.url)
    with smtplib.SMTP(receiver.hostname or "", receiver.port or 0) as smtp:
        smtp.sendmail("floor@bench.example", ["floor@bench.example"], _MAIL)
    return time.perf_counter() - began


def _broker() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)
