"""Counters in Redis that many processes share: buckets that refill, and what someone has going on at once.

A bucket holds some draws and refills steadily (the generic cell rate algorithm): one number a bucket, the time at which
it is full again. All buckets of a draw are looked at and drawn from in one script, which Redis runs as one operation,
so draws at the same moment cannot slip through together, and a refused one takes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple, TypeVar

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from diary import redis_server
from diary.breaker import Breaker

PREFIX: Final = "limit"
PATIENCE: Final = 0.25
"""Seconds that Redis has for its answer."""
LEASE: Final = 60.0
"""Seconds after which what someone has going on counts no more, however long it takes."""
MINUTE: Final = 60_000_000
DAY: Final = 24 * 60 * MINUTE
"""In microseconds."""

# KEYS are the buckets; ARGV gives the draw's cost, then of each the microseconds until a draw of cost 1 fits in again,
# and how many of these fit in. Gives the microseconds to wait, and the number of the bucket to wait for longest.
# A time far ahead can only come from a clock that was set back, and counts as a full bucket.
_DRAW: Final = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local cost, wait, empty, drawn = tonumber(ARGV[1]), 0, 0, {}
for i, key in ipairs(KEYS) do
  local interval, size = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local full_again = math.min(tonumber(redis.call('GET', key) or 0), now + interval * size)
  drawn[i] = math.max(full_again, now) + interval * math.min(cost, size)
  local over = drawn[i] - now - interval * size
  if over > wait then wait, empty = over, i end
end
if wait > 0 then return {wait, empty} end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', drawn[i]), 'PX', math.ceil((drawn[i] - now) / 1000))
end
return {0, 0}
"""

# KEYS is who asks; ARGV a name for this reading, how many may go on at once, and the milliseconds that a lease lasts.
_BEGIN: Final = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""

_log = structlog.get_logger(__name__)

_Answer = TypeVar("_Answer")


class Bucket(NamedTuple):
    """Holds `size` draws; one more fits in every `interval` microseconds."""

    size: int
    interval: int


class Drawn(NamedTuple):
    """`wait` is 0.0 when the draw was made, else seconds; `empty` names the bucket that has to refill."""

    wait: float
    empty: str | None


@dataclass
class Buckets:
    """The counters, left alone for a while once they failed."""

    client: redis.Redis
    breaker: Breaker = field(default_factory=Breaker)

    def draw(self, wanted: Mapping[str, Bucket], *, cost: int = 1) -> Drawn | None:
        """Draw from all of these buckets (by name), or from none. None while Redis is away: nothing was counted."""
        names = list(wanted)
        sizes = [number for bucket in wanted.values() for number in (bucket.interval, bucket.size)]
        keys = [f"{PREFIX}:{name}" for name in names]
        answer = self.asked(lambda client: _script(client, _DRAW)(keys=keys, args=[cost, *sizes]))
        if answer is None:
            return None
        wait, empty = map(int, answer)
        return Drawn(wait / 1_000_000, names[empty - 1] if empty else None)

    def begin(self, who: str, name: str, *, most: int) -> bool:
        """Begin one of at most `most` readings of someone at a time; whether there was room."""
        args: list[str | int] = [name, most, int(LEASE * 1000)]
        keys = [f"{PREFIX}:at once:{who}"]
        return self.asked(lambda client: _script(client, _BEGIN)(keys=keys, args=args)) != 0

    def end(self, who: str, name: str) -> None:
        """It is over."""
        self.asked(lambda client: client.zrem(f"{PREFIX}:at once:{who}", name))

    def asked(self, question: Callable[[Any], _Answer]) -> _Answer | None:
        """The answer, or None while Redis is left alone."""
        if not self.breaker.lets_through():
            return None
        try:
            answer = question(self.client)
        except redis.RedisError as error:
            self.breaker.failed()
            _log.warning("rate limits are not counted", error=type(error).__name__)
            return None
        self.breaker.answered()
        return answer


def buckets() -> Buckets:
    """Those of the Redis that the settings name."""
    return _at(settings.REDIS_URL)


@cache
def _at(url: str) -> Buckets:
    none = Retry(NoBackoff(), 0)
    return Buckets(redis_server.client(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=none))


@cache
def _script(client: redis.Redis, source: str) -> redis.commands.core.Script:
    return client.register_script(source)
