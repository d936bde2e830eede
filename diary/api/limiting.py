"""How often somebody may ask: limits by account and by network address, counted in Redis.

Each limit is a bucket that holds some requests and refills steadily (the generic cell rate algorithm): one number a
bucket, the time at which it is full again. All buckets of a request are looked at and drawn from in one script, which
Redis runs as one operation, so requests at the same moment cannot slip through together, and a refused request draws
nothing. Without Redis nothing is counted and nobody is kept out.
"""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv6Address, ip_address
from typing import Final
from uuid import UUID

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
_MINUTE: Final = 60_000_000  # microseconds

# KEYS are the buckets; ARGV gives each the microseconds until one request fits in again, and how many fit in.
# A time far ahead can only come from a clock that was set back, and counts as a full bucket.
_DRAW: Final = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local wait, drawn = 0, {}
for i, key in ipairs(KEYS) do
  local interval, size = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local full_again = math.min(tonumber(redis.call('GET', key) or 0), now + interval * size)
  drawn[i] = math.max(full_again, now) + interval
  wait = math.max(wait, drawn[i] - now - interval * size)
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', drawn[i]), 'PX', math.ceil((drawn[i] - now) / 1000))
end
return 0
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

    def wait(self, buckets: Mapping[str, tuple[int, int]]) -> float:
        """Seconds until the request fits into all `buckets` ((size, refill a minute) by name); 0.0 if it does now."""
        now = time.monotonic()
        if now < self.away_until:
            return 0.0
        keys = [f"{PREFIX}:{name}" for name in buckets]
        sizes = [number for size, per_minute in buckets.values() for number in (_MINUTE // per_minute, size)]
        try:
            if self.away_until:  # it failed last time: only this request waits for it now
                self.away_until = now + LEFT_ALONE
            wait = self._draw(keys, sizes)
        except redis.RedisError as error:
            self.away_until = time.monotonic() + LEFT_ALONE
            _log.warning("rate limits are not counted", error=type(error).__name__)
            return 0.0
        self.away_until = 0.0
        return wait / 1_000_000

    def _draw(self, keys: Sequence[str], sizes: Sequence[int]) -> int:
        return int(_script(self.client)(keys=keys, args=sizes))


@cache
def _script(client: redis.Redis) -> redis.commands.core.Script:
    return client.register_script(_DRAW)


@cache
def _counters(url: str) -> _Redis:
    none = Retry(NoBackoff(), 0)
    return _Redis(redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=none))


def require_within_limits(request: HttpRequest, *, holder: UUID | None) -> None:
    """Count the request for its sender. Raises Problem 429 with Retry-After when it comes too soon.

    `holder` is whose token it brings, None when that is not known (yet).
    """
    if not settings.RATE_LIMITS:
        return
    wait = _counters(settings.REDIS_URL).wait(_buckets(request, holder))
    if wait > 0:
        raise too_many(wait)


def require_within_sign_in_limits(request: HttpRequest) -> None:
    """The same for a step of the identity API, counted for its address. Raises Problem 429."""
    if not settings.RATE_LIMITS:
        return
    bucket = {f"identity:{network_of(request)}": settings.API_LIMITS["address at sign-in"]}
    if (wait := _counters(settings.REDIS_URL).wait(bucket)) > 0:
        raise too_many(wait)


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
