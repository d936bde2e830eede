"""How often somebody may ask: limits by account and by network address, counted in Redis.

Each limit is a bucket that holds some requests and refills steadily (the generic cell rate algorithm): one number a
bucket, the time at which it is full again. All buckets of a request are looked at and drawn from in one script, which
Redis runs as one operation, so requests at the same moment cannot slip through together, and a refused request draws
nothing. Without Redis nothing is counted and nobody is kept out.

What costs as much as many small requests draws as much, and of what reads a whole diary an account has only a few going
on at the same time, so that it cannot take all the service's processes.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv6Address, ip_address
from typing import Any, Final
from uuid import UUID, uuid4

import redis
import structlog
from django.conf import settings
from django.http import HttpRequest
from redis.backoff import NoBackoff
from redis.retry import Retry

from diary.problems import Problem

PREFIX: Final = "limit"
PATIENCE: Final = 0.25
"""Seconds that Redis has for its answer."""
LEFT_ALONE: Final = 5.0
"""Seconds without another try once it failed: a frozen server costs one short wait, not one a request."""
WHOLE_DIARY: Final = 10
"""Small requests that one is worth which reads a whole diary, or a document of one."""
MANY_ROWS: Final = 5
"""And one that reads or writes some hundred rows."""
READINGS_AT_ONCE: Final = 2
"""Requests of an account that may read a whole diary at the same time: two phones, or an impatient one."""
LEASE: Final = 60.0
"""Seconds after which what somebody has going on counts no more, however long it takes."""
_MINUTE: Final = 60_000_000  # microseconds

# KEYS are the buckets; ARGV gives the request's cost, then of each the microseconds until a request of cost 1 fits in
# again, and how many of these fit in.
# A time far ahead can only come from a clock that was set back, and counts as a full bucket.
_DRAW: Final = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local cost, wait, drawn = tonumber(ARGV[1]), 0, {}
for i, key in ipairs(KEYS) do
  local interval, size = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local full_again = math.min(tonumber(redis.call('GET', key) or 0), now + interval * size)
  drawn[i] = math.max(full_again, now) + interval * math.min(cost, size)
  wait = math.max(wait, drawn[i] - now - interval * size)
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', drawn[i]), 'PX', math.ceil((drawn[i] - now) / 1000))
end
return 0
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


class Holders:
    """Whose token it was when it was last used here: a token never changes hands, so this is never wrong.

    It spares a look into the database before the limits are asked. What is forgotten costs one uncounted request.
    """

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._known: dict[str, UUID] = {}

    def get(self, digest: str | None) -> UUID | None:
        """The holder, if they are known."""
        return self._known.get(digest) if digest else None

    def note(self, digest: str, user_id: UUID) -> None:
        """The token was good for `user_id`."""
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[digest] = user_id

    def forget(self, digest: str | None) -> None:
        """The token is no longer good: its holder pays for it no more."""
        if digest:
            self._known.pop(digest, None)


@dataclass
class _Redis:
    """The counters, and until when they are left alone (by the monotonic clock)."""

    client: redis.Redis
    away_until: float = 0.0

    def wait(self, buckets: Mapping[str, tuple[int, int]], *, cost: int) -> float:
        """Seconds until the request fits into all `buckets` ((size, refill a minute) by name); 0.0 if it does now."""
        keys = [f"{PREFIX}:{name}" for name in buckets]
        sizes = [number for size, per_minute in buckets.values() for number in (_MINUTE // per_minute, size)]
        return (self._asked(lambda: _script(self.client, _DRAW)(keys=keys, args=[cost, *sizes])) or 0) / 1_000_000

    def begin(self, who: str, name: str, *, most: int) -> bool:
        """Begin one of at most `most` readings of somebody at a time; whether there was room."""
        args: list[str | int] = [name, most, int(LEASE * 1000)]
        return self._asked(lambda: _script(self.client, _BEGIN)(keys=[f"{PREFIX}:at once:{who}"], args=args)) != 0

    def end(self, who: str, name: str) -> None:
        """It is over."""
        self._asked(lambda: self.client.zrem(f"{PREFIX}:at once:{who}", name))

    def _asked(self, question: Callable[[], Any]) -> int | None:
        """The answer, or None while Redis is left alone."""
        now = time.monotonic()
        if now < self.away_until:
            return None
        try:
            if self.away_until:  # it failed last time: only this request waits for it now
                self.away_until = now + LEFT_ALONE
            answer = int(question())
        except redis.RedisError as error:
            self.away_until = time.monotonic() + LEFT_ALONE
            _log.warning("rate limits are not counted", error=type(error).__name__)
            return None
        self.away_until = 0.0
        return answer


@cache
def _script(client: redis.Redis, source: str) -> redis.commands.core.Script:
    return client.register_script(source)


@cache
def _counters(url: str) -> _Redis:
    none = Retry(NoBackoff(), 0)
    return _Redis(redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=none))


def require_within_limits(request: HttpRequest, *, holder: UUID | None, cost: int = 1) -> None:
    """Count the request for its sender. Raises Problem 429 with Retry-After when it comes too soon.

    `holder` is whose token it brings, None when that is not known (yet). `cost` is how many small requests it is worth.
    """
    if not settings.RATE_LIMITS:
        return
    wait = _counters(settings.REDIS_URL).wait(_buckets(request, holder), cost=cost)
    if wait > 0:
        raise too_many(wait)


@contextmanager
def few_at_once(who: str, *, most: int | None) -> Iterator[None]:
    """While it lasts it is one of at most `most` that `who` may have going on; None is any number.

    Raises Problem 429 when there are so many already. A process that dies gives its place back after `LEASE` seconds.
    """
    if not settings.RATE_LIMITS or most is None:
        yield
        return
    counters, name = _counters(settings.REDIS_URL), uuid4().hex
    if not counters.begin(who, name, most=most):
        raise too_many(1)
    try:
        yield
    finally:
        counters.end(who, name)


def too_many(wait: float) -> Problem:
    """The answer to what comes `wait` seconds too soon."""
    seconds = str(max(1, math.ceil(wait)))
    return Problem(429, "Too many requests. Keep what you have and send it later.", headers={"Retry-After": seconds})


def _buckets(request: HttpRequest, holder: UUID | None) -> Mapping[str, tuple[int, int]]:
    limits, network = settings.API_LIMITS, network_of(request)
    if holder is None:
        return {f"stranger:{network}": limits["address of strangers"]}
    kind = "reads" if request.method in {"GET", "HEAD"} else "writes"
    return {f"{kind}:{holder}": limits[f"account {kind}"], f"address:{network}": limits["address"]}


def network_of(request: HttpRequest) -> str:
    """The address that the request came from, in one spelling; of IPv6 the network of 64 bits that one customer has.

    Of `X-Forwarded-For` only what our own proxies (`TRUSTED_PROXIES`) added counts: anybody can write the rest.
    """
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    header = request.META.get("HTTP_X_FORWARDED_FOR")
    forwarded = header.split(",") if header else []
    told = forwarded[-proxies] if 0 < proxies <= len(forwarded) else request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(told.strip())
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
