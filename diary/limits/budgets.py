"""What may be sent in a day where strangers decide how much: codes by mail and SMS, and calls to verify webhooks.

A budget is a bucket (`diary.limits.buckets`) that holds a day's worth and refills within a day, so that it says exactly
when there is room again. No alert draws from one. Keys are kept as keyed hashes: no address is in Redis or in a log.
What was spent and refused is counted for the alarms (`backend.metrics`).
"""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple, get_args

import redis
import structlog
from django.conf import settings
from django.utils.crypto import salted_hmac

from diary.format.normal_form import mailbox_of
from diary.limits.buckets import DAY, PREFIX, Bucket, buckets

BudgetName = Literal[
    "mail",
    "mail_network",
    "mail_mailbox",
    "mail_mailbox_network",
    "mail_account",
    "notice_mailbox",
    "sms",
    "sms_network",
    "test_account",
    "verification_account",
    "verification_receiver",
]
NAMES: Final[tuple[BudgetName, ...]] = get_args(BudgetName)
IN_ALL: Final[tuple[BudgetName, ...]] = ("mail", "sms")
"""Those of the whole service: when one of them is spent, someone should look."""
ALERTS_BY_SMS: Final = "sms_alerts"
"""Counted beside the budgets, since they cost as much; never held back."""

_log = structlog.get_logger(__name__)


class Budget(NamedTuple):
    """One budget, for one mailbox, network, account or receiver (`key`); without a key for the whole service."""

    name: BudgetName
    key: str = ""


class Spent(NamedTuple):
    """`wait` is 0.0 when it was drawn, else the seconds until it can be; `counted` is false while Redis is away."""

    wait: float
    counted: bool


def spend(*wanted: Budget) -> Spent:
    """Draw one from all of these budgets, or from none when one of them is spent."""
    if not settings.RATE_LIMITS:
        return Spent(0.0, counted=True)
    named = {_place(budget): budget for budget in wanted}
    drawn = buckets().draw({place: _bucket(budget) for place, budget in named.items()})
    if drawn is None:
        return Spent(0.0, counted=False)
    if drawn.empty is None:
        _count("spent", *(budget.name for budget in wanted))
    else:
        empty = named[drawn.empty].name
        _count("refused", empty)
        _log.warning("a daily budget is spent", budget=empty, seconds=round(drawn.wait))
    return Spent(drawn.wait, counted=True)


def note_alert_by_sms() -> None:
    """One alert went out by SMS."""
    _count("spent", ALERTS_BY_SMS)


def of_mailbox(name: BudgetName, email: str) -> Budget:
    """The budget of the mailbox behind an address, whatever its spelling and tag."""
    return Budget(name, mailbox_of(email))


def counted() -> Mapping[tuple[str, str], int] | None:
    """How often each budget (and `ALERTS_BY_SMS`) was "spent" and "refused" so far; None while Redis is away."""
    told = buckets().asked(lambda client: [client.hgetall(_counter(what)) for what in ("spent", "refused")])
    if told is None:
        return None
    names = [*NAMES, ALERTS_BY_SMS]
    return {
        (what, name): int(counts.get(name.encode(), 0))
        for what, counts in zip(("spent", "refused"), told, strict=True)
        for name in names
    }


def used() -> Iterator[tuple[BudgetName, float]]:
    """How much of each budget of the whole service is used now, from 0 to 1; nothing while Redis is away."""
    for name in IN_ALL:
        bucket = _bucket(Budget(name))
        place = f"{PREFIX}:{_place(Budget(name))}"
        told = buckets().asked(lambda client, place=place: (client.get(place), client.time()))  # type: ignore[misc]
        if told is None:
            return
        full_again, (seconds, micros) = int(told[0] or 0), told[1]
        left = full_again - seconds * 1_000_000 - micros
        yield name, min(1.0, max(0.0, left / (bucket.interval * bucket.size)))


def _bucket(budget: Budget) -> Bucket:
    size: int = settings.DAILY_BUDGETS[budget.name]
    return Bucket(size, DAY // size)


def _place(budget: Budget) -> str:
    digest = salted_hmac("diary.limits.budgets", budget.key, algorithm="sha256").hexdigest()
    return f"budget:{budget.name}:{digest}"


def _count(what: str, *names: str) -> None:
    def count(client: redis.Redis) -> object:
        pipeline = client.pipeline(transaction=False)
        for name in names:
            pipeline.hincrby(_counter(what), name, 1)
        return pipeline.execute()

    buckets().asked(count)


def _counter(what: str) -> str:
    return f"{PREFIX}:budgets {what}"
