"""A nudge says "now" to work that the database already holds. It may be lost: the next sweep finds the same work.

A broker that refuses or is silent costs whoever nudges one socket time-out, and then nothing for some seconds.
"""

import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import ClassVar, Final
from uuid import UUID

import redis
import structlog
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from diary import redis_server
from diary.breaker import Breaker

EXPIRES_SECONDS: Final = 60
"""A nudge that no one took up by the next sweep is of no use any more."""
BEGINS_WITHIN: Final = 10
"""Seconds. A task for all that has not begun by then is believed to be lost, and another one is sent."""
PATIENCE: Final = 0.25
"""Seconds that Redis has for its answer."""

_log = structlog.get_logger(__name__)


class _Broker:
    """What this process remembers of the broker: whether to try it, and how many nudges went nowhere."""

    breaker = Breaker()
    lost = 0
    begins_after: ClassVar[dict[str, float]] = {}
    """Until when (by the monotonic clock) a task for all that this process sent does not begin."""


def nudge(task: str, id_: UUID | None = None, *, queue: str | None = None, priority: int | None = None) -> bool:
    """Send the task by its name, for one row if there is one, to its own queue with its own priority unless told.

    False when the broker did not take it. Never raises.
    """
    args = [] if id_ is None else [str(id_)]
    send = partial(current_app.send_task, task, args, expires=EXPIRES_SECONDS, queue=queue, priority=priority)
    return _taken(send, task, id_)


def nudge_for_all(task: str, *, after: float = 0) -> bool:
    """Send a task that does all there is to do, in so many seconds, unless one was sent that has yet to begin.

    That one looks for its work when it begins, and so finds what was committed before this was called.
    """
    now = time.monotonic()
    if now < _Broker.begins_after.get(task, 0.0):
        return True

    def send() -> None:
        if _redis(settings.REDIS_URL).set(_waiting(task), "", nx=True, ex=BEGINS_WITHIN):
            current_app.send_task(task, countdown=after, expires=EXPIRES_SECONDS)
            _Broker.begins_after[task] = now + after

    return _taken(send, task)


def go_on(task: str, rows: Sequence[UUID], *, queue: str, priority: int) -> None:
    """Have the rest of a sweep nudged for behind what waits in the queue, unless another sweep's rest is to be already.

    Never raises.
    """

    def send() -> None:
        if _redis(settings.REDIS_URL).set(_waiting(rest_of(task, queue)), "", nx=True, ex=EXPIRES_SECONDS):
            args = [task, [str(id_) for id_ in rows], queue]
            current_app.send_task(
                "alerts.tasks.go_on_nudging", args, expires=EXPIRES_SECONDS, queue=queue, priority=priority
            )

    _taken(send, task)


def rest_of(task: str, queue: str) -> str:
    """What the rest of a sweep is called until it `begins`."""
    return f"{task}:{queue}"


def begins(task: str) -> None:
    """A task for all is about to look for its work: whoever nudges from now on sends another. Never raises."""
    _taken(lambda: _redis(settings.REDIS_URL).delete(_waiting(task)), task)


def _taken(ask: Callable[[], object], task: str, id_: UUID | None = None) -> bool:
    if not _Broker.breaker.lets_through():
        _Broker.lost += 1
        return False
    try:
        ask()
    except (OperationalError, RedisError, OSError) as error:
        _Broker.breaker.failed()
        _Broker.lost += 1
        _log.warning("nudge lost", task=task, id=id_ and str(id_), error=type(error).__name__, lost=_Broker.lost)
        return False
    _Broker.breaker.answered()
    return True


def _waiting(task: str) -> str:
    return f"nudged:{task}"


@cache
def _redis(url: str) -> redis.Redis:
    none = Retry(NoBackoff(), 0)
    return redis_server.client(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=none)
