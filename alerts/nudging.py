"""A nudge says "now" to work that the database already holds. It may be lost: the next sweep finds the same work.

A broker that refuses or is silent costs whoever nudges one socket time-out, and then nothing for some seconds.
"""

import time
from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

SILENT_SECONDS: Final = 5.0
EXPIRES_SECONDS: Final = 60
"""A nudge that no one took up by the next sweep is of no use any more."""

_log = structlog.get_logger(__name__)


class _Broker:
    """What this process remembers of the broker: until when not to try it, and how many nudges went nowhere."""

    silent_until = 0.0
    lost = 0


def nudge(task: str, id_: UUID, *, queue: str | None = None) -> bool:
    """Send the task by its name for one row, to its own queue unless told otherwise.

    False when the broker did not take it. Never raises.
    """
    if time.monotonic() < _Broker.silent_until:
        _Broker.lost += 1
        return False
    try:
        current_app.send_task(task, args=[str(id_)], expires=EXPIRES_SECONDS, queue=queue)
    except (OperationalError, RedisError, OSError) as error:
        _Broker.silent_until = time.monotonic() + SILENT_SECONDS
        _Broker.lost += 1
        _log.warning("nudge lost", task=task, id=str(id_), error=type(error).__name__, lost=_Broker.lost)
        return False
    return True
