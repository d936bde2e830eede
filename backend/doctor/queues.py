"""The broker, a worker for each queue, and how long each queue is."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import redis
from celery import current_app
from kombu.exceptions import OperationalError

from backend.broker import broker, queue_depths, queues
from backend.doctor.finding import Finding, broken, ok, warning

_PATIENCE_SECONDS: Final = 2.0
"""For workers to say which queues they listen to."""
_MANY: Final = 1000


def broker_found() -> Finding:
    """Whether it answers, and keeps what it is given until it is taken."""
    try:
        memory: Any = broker().info("memory")
    except redis.RedisError as error:
        how = "start it, or correct REDIS_URL; until then alerts come a minute later, and nothing is lost"
        return broken("broker", f"does not answer ({type(error).__name__})", how)
    policy = memory.get("maxmemory_policy", "noeviction")
    if memory.get("maxmemory") and policy != "noeviction":
        return warning(
            "broker", f"throws away what it holds when it is full ({policy})", "set maxmemory-policy noeviction"
        )
    return ok("broker", f"answers, and uses {memory.get('used_memory_human')}")


def workers_found() -> Iterator[Finding]:
    """A line for each queue: who works it off, and how much waits there."""
    try:
        told = current_app.control.inspect(timeout=_PATIENCE_SECONDS).active_queues() or {}
        waiting = queue_depths()
    except (OperationalError, redis.RedisError, OSError) as error:
        yield broken("workers", f"could not be asked ({type(error).__name__})", "start the broker first")
        return
    listening = Counter(queue["name"] for of_worker in told.values() for queue in of_worker)
    for queue in queues():
        part, count = f"queue {queue}", listening[queue]
        if not count:
            yield broken(part, "no worker listens to it", f"start a worker with --queues {queue}")
        elif waiting.get(queue, 0) > _MANY:
            yield warning(part, f"{waiting[queue]} tasks wait", "start more workers for it; any number may run")
        else:
            yield ok(part, f"workers: {count}, tasks waiting: {waiting.get(queue, 'unknown')}")
