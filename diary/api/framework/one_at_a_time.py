"""One export at a time for an account: each takes a thread for seconds and a file for as long as it is sent.

Kept in Redis beside the rate limits, so that it holds for all processes. Without Redis there is no limit.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final
from uuid import UUID

import redis
from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils.translation import gettext_noop as _
from redis.backoff import NoBackoff
from redis.lock import Lock
from redis.retry import Retry

from diary import redis_server
from diary.limits.buckets import PATIENCE, PREFIX
from diary.problem_types import ProblemType
from diary.problems import Problem

LEASE_SECONDS: Final = 600.0
"""After this the next export may start, even if the process of the last one died without saying so."""
TRY_AGAIN_AFTER: Final = 30  # seconds


def only_export(chunks: Iterable[bytes], *, of: UUID, content_type: str) -> StreamingHttpResponse:
    """The answer that sends `chunks`. Raises Problem 429 with Retry-After while the account has one under way."""
    lock = Lock(_counters(settings.REDIS_URL), f"{PREFIX}:export:{of}", timeout=LEASE_SECONDS, thread_local=False)
    try:
        taken = lock.acquire(blocking=False)
    except redis.RedisError:
        return StreamingHttpResponse(chunks, content_type=content_type)
    if not taken:
        raise Problem(
            ProblemType.EXPORT_IN_PROGRESS,
            _("Your previous export is still in progress. Try again when it has finished."),
            retry_after=TRY_AGAIN_AFTER,
        )
    return StreamingHttpResponse(_Held(chunks, lock), content_type=content_type)


class _Held:
    """The chunks; when the answer went, or broke off, the server closes it and the next export may come."""

    def __init__(self, chunks: Iterable[bytes], lock: Lock) -> None:
        self._chunks, self._lock = chunks, lock

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)

    def close(self) -> None:
        try:
            self._lock.release()
        except redis.RedisError:  # its time was over, or Redis is away: then it ends by itself
            return


@cache
def _counters(url: str) -> redis.Redis:
    retry = Retry(NoBackoff(), 0)
    return redis_server.client(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=retry)
