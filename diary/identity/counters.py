"""The cache behind the rate limits. It may be away: then nothing is counted and no one is kept out."""

import logging
from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import ConnectionPool
from redis.exceptions import RedisError

from diary import redis_server
from diary.breaker import Breaker

logger: Final = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")


class _Client(RedisCacheClient):
    """Finds its server as everything else does."""

    _servers: list[str]
    _pools: dict[int, ConnectionPool]
    _pool_options: dict[str, Any]

    def _get_connection_pool(self, write: bool) -> ConnectionPool:
        (url,) = self._servers
        if not self._pools:
            self._pools[0] = redis_server.client(url, **self._pool_options).connection_pool
        return self._pools[0]


class ForgivingRedisCache(RedisCache):
    """Without a server it answers as if nothing were kept; one that failed is left alone for a while."""

    _breaker: ClassVar[Breaker] = Breaker()

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Whether the key was free; without a server it always is."""
        return self._ask(super().add, key, value, timeout, version, otherwise=True)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default`."""
        return self._ask(super().get, key, default, version, otherwise=default)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep the value if there is somewhere to keep it."""
        self._ask(super().set, key, value, timeout, version, otherwise=None)

    def delete(self, key: str, version: int | None = None) -> bool:
        """Whether there was something to forget."""
        return self._ask(super().delete, key, version, otherwise=False)

    @classmethod
    def _ask(cls, call: Callable[..., _Answer], *arguments: Any, otherwise: _Answer) -> _Answer:
        if not cls._breaker.lets_through():
            return otherwise
        try:
            answer = call(*arguments)
        except RedisError as error:
            cls._breaker.failed()
            logger.warning("Rate limits are not counted: %s", type(error).__name__)
            return otherwise
        cls._breaker.answered()
        return answer
