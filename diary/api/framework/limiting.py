"""How often someone may ask: limits by account and by network address, counted in Redis.

Each limit is a bucket (`diary.limits.buckets`). Without Redis nothing is counted and no one is kept out.

What costs as much as many small requests draws as much, and of what reads a whole diary an account has only a few going
on at the same time, so that it cannot take all the service's processes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest

from diary.limits.buckets import MINUTE, Bucket, buckets
from diary.limits.networks import network_of
from diary.problems import too_many

WHOLE_DIARY: Final = 10
"""Small requests that one is worth which reads a whole diary, or a document of one."""
MANY_ROWS: Final = 5
"""And one that reads or writes some hundred rows."""
READINGS_AT_ONCE: Final = 2
"""Requests of an account that may read a whole diary at the same time: two phones, or an impatient one."""


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


def seconds_to_wait(request: HttpRequest, *, holder: UUID | None, cost: int = 1) -> float:
    """Count the request for its sender, unless it comes too soon; seconds until it would not, 0.0 if it does not.

    `holder` is whose token it brings, None when that is not known (yet). `cost` is how many small requests it is worth.
    """
    if not settings.RATE_LIMITS:
        return 0.0
    drawn = buckets().draw(_buckets(request, holder), cost=cost)
    return 0.0 if drawn is None else max(0.0, drawn.wait)


def require_within_limits(request: HttpRequest, *, holder: UUID | None, cost: int = 1) -> None:
    """Count the request for its sender. Raises Problem 429 with Retry-After when it comes too soon."""
    wait = seconds_to_wait(request, holder=holder, cost=cost)
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
    counters, name = buckets(), uuid4().hex
    if not counters.begin(who, name, most=most):
        raise too_many(1)
    try:
        yield
    finally:
        counters.end(who, name)


def require_within_sign_in_limits(request: HttpRequest) -> None:
    """The same for a step of the identity API, counted for its address. Raises Problem 429."""
    if not settings.RATE_LIMITS:
        return
    size, per_minute = settings.API_LIMITS["address at sign-in"]
    drawn = buckets().draw({f"identity:{network_of(request)}": Bucket(size, MINUTE // per_minute)})
    if drawn is not None and drawn.wait > 0:
        raise too_many(drawn.wait)


def _buckets(request: HttpRequest, holder: UUID | None) -> Mapping[str, Bucket]:
    sizes, network = settings.API_LIMITS, network_of(request)
    limits = {name: Bucket(size, MINUTE // per_minute) for name, (size, per_minute) in sizes.items()}
    if holder is None:
        return {f"stranger:{network}": limits["address of strangers"]}
    kind = "reads" if request.method in {"GET", "HEAD"} else "writes"
    return {f"{kind}:{holder}": limits[f"account {kind}"], f"address:{network}": limits["address"]}
