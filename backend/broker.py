"""The broker, asked how it is: whether it answers, and how many tasks wait in it."""

from collections.abc import Mapping
from functools import cache

import redis
from django.conf import settings
from kombu.transport.redis import PRIORITY_STEPS, Channel

from diary import redis_server


@cache
def broker() -> redis.Redis:
    """It or, with Sentinels, whichever is the primary."""
    return redis_server.client(settings.REDIS_URL, socket_connect_timeout=0.3, socket_timeout=0.3, retry=None)


def answers() -> bool:
    """Whether it does, within a third of a second."""
    try:
        return bool(broker().ping())
    except redis.RedisError:
        return False


def queues() -> list[str]:
    """Every queue that the service sends to."""
    routes = settings.CELERY_TASK_ROUTES.values()
    return sorted({settings.CELERY_TASK_DEFAULT_QUEUE, *(route["queue"] for route in routes)})


def queue_depths() -> Mapping[str, int]:
    """How many tasks wait in each; none are named while the broker is away."""
    try:
        with broker().pipeline(transaction=False) as asked:
            for queue in queues():
                for priority in PRIORITY_STEPS:  # a list each, and of the first only the queue's own name
                    asked.llen(f"{queue}{Channel.sep}{priority}" if priority else queue)
            lengths = iter(asked.execute())
        return {queue: sum(next(lengths) for _ in PRIORITY_STEPS) for queue in queues()}
    except redis.RedisError:
        return {}
