"""A nudge says "now" to work that the database already holds. It may be lost: the next sweep finds the same work.

A broker that refuses or is silent costs whoever nudges one socket time-out, and then nothing for some seconds.
"""

from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from diary.breaker import Breaker

EXPIRES_SECONDS: Final = 60
"""A nudge that no one took up by the next sweep is of no use any more."""

_log = structlog.get_logger(__name__)


class _Broker:
    """What this process remembers of the broker: whether to try it, and how many nudges went nowhere."""

    breaker = Breaker()
    lost = 0


def nudge(task: str, id_: UUID | None = None, *, queue: str | None = None, priority: int | None = None) -> bool:
    """Send the task by its name, for one row if there is one, to its own queue with its own priority unless told.

    False when the broker did not take it. Never raises.
    """
    if not _Broker.breaker.lets_through():
        _Broker.lost += 1
        return False
    try:
        args = [] if id_ is None else [str(id_)]
        current_app.send_task(task, args=args, expires=EXPIRES_SECONDS, queue=queue, priority=priority)
    except (OperationalError, RedisError, OSError) as error:
        _Broker.breaker.failed()
        _Broker.lost += 1
        _log.warning("nudge lost", task=task, id=id_ and str(id_), error=type(error).__name__, lost=_Broker.lost)
        return False
    _Broker.breaker.answered()
    return True
