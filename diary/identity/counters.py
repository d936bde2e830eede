"""The cache behind the rate limits. It may be away: then nothing is counted and no one is kept out."""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger: Final = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")


class ForgivingRedisCache(RedisCache):
    """A failed server is left alone for a while, so that a frozen one costs one short wait and not one a call."""

    left_alone: ClassVar[float] = 5.0
    """Seconds without another try."""
    _away_until: ClassVar[float] = 0.0

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
        if time.monotonic() < cls._away_until:
            return otherwise
        try:
            return call(*arguments)
        except RedisError as error:
            cls._away_until = time.monotonic() + cls.left_alone
            logger.warning("Rate limits are not counted: %s", type(error).__name__)
            return otherwise
