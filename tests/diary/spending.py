"""Daily budgets in tests: counted, small, and full again at the start of each."""

import redis
from django.conf import settings as django_settings
from pytest_django import Settings

from diary.limits.buckets import PREFIX

PLENTY = 1_000


def forget_budgets() -> None:
    """Nothing has been spent, and nothing was counted."""
    _forget(f"{PREFIX}:budget*")


def forget_rate_limits() -> None:
    """What the identity library counted by the minute is over; what counts by the day is not."""
    _forget(f"{django_settings.CACHES['default']['KEY_PREFIX']}:*")


def budgets_of(settings: Settings, **sizes: int) -> None:
    """These are so small; there is plenty of all others."""
    forget_budgets()
    settings.RATE_LIMITS = True
    settings.DAILY_BUDGETS = dict.fromkeys(settings.DAILY_BUDGETS, PLENTY) | sizes


def _forget(pattern: str) -> None:
    with redis.Redis.from_url(django_settings.REDIS_URL) as counters:
        for key in counters.scan_iter(pattern):
            counters.delete(key)
