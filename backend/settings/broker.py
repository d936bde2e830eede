"""Redis: Celery's broker, and where rate limits are counted. One server, or those that Sentinels watch."""

from typing import Any

import environ
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend.settings.environment import NO_SERVER, required_in_production
from diary.redis_server import broker_url, sentinels

REDIS_URL = required_in_production("REDIS_URL", otherwise=f"redis://{NO_SERVER}/0")
try:
    CELERY_BROKER_URL = broker_url(REDIS_URL)
    _SENTINELS = sentinels(REDIS_URL)
except ValueError as _error:
    raise environ.ImproperlyConfigured(f"REDIS_URL cannot be read: {_error}") from _error
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_BROKER_POOL_LIMIT = 16
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 300,  # seconds; longer than any task may run
    # A request publishes after its commit: a refused or silent broker may cost it this much, and no more.
    "socket_connect_timeout": 0.3,
    "socket_timeout": 0.5,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "max_retries": 0,
}
if _SENTINELS is not None:
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "master_name": _SENTINELS.primary,
        # The client would try each of them four times, with pauses of seconds.
        "sentinel_kwargs": {
            "socket_connect_timeout": 0.3,
            "socket_timeout": 0.5,
            "retry": Retry(NoBackoff(), 0),
        },
    }
