"""Daily budgets: drawn from together or not at all, full again after a day, and about no one."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.test import RequestFactory
from pytest_django import Settings
from structlog.testing import capture_logs

from diary.format.normal_form import mailbox_of
from diary.limits import budgets
from diary.limits.buckets import PREFIX, buckets
from diary.limits.budgets import NAMES, Budget, counted, note_alert_by_sms, of_mailbox, spend, used
from diary.limits.networks import wide_network_of
from tests.diary.spending import budgets_of, forget_budgets

ALICE = "alice@example.org"


@pytest.fixture(autouse=True)
def small(settings: Settings) -> Iterator[Settings]:
    budgets_of(settings, mail_mailbox=3, sms=2)
    yield settings
    forget_budgets()


def draws(*wanted: Budget, of: int) -> int:
    """How many of so many draws are made."""
    return sum(spend(*wanted).wait == 0 for _ in range(of))


def test_a_day_holds_so_many_and_says_when_there_is_room_again() -> None:
    assert draws(of_mailbox("mail_mailbox", ALICE), of=5) == 3
    refused = spend(of_mailbox("mail_mailbox", ALICE))
    assert 24 * 3600 / 3 - 5 < refused.wait <= 24 * 3600 / 3


def test_what_one_budget_refuses_draws_from_no_other() -> None:
    draws(of_mailbox("mail_mailbox", ALICE), of=3)
    assert draws(Budget("sms"), of_mailbox("mail_mailbox", ALICE), of=9) == 0
    assert draws(Budget("sms"), of=9) == 2


def test_everybody_has_their_own() -> None:
    draws(of_mailbox("mail_mailbox", ALICE), of=3)
    assert draws(of_mailbox("mail_mailbox", "bob@example.org"), of=5) == 3


@pytest.mark.parametrize(
    "spelling",
    [
        "alice+1@example.org",
        "Alice+news+more@Example.org",
        "a.l.i.c.e@example.org",
        "ＡＬＩＣＥ@example.org",
        "alice+@example.org",
    ],
)
def test_another_spelling_of_a_mailbox_is_the_same_mailbox(spelling: str) -> None:
    assert mailbox_of(spelling) == ALICE
    draws(of_mailbox("mail_mailbox", ALICE), of=3)
    assert draws(of_mailbox("mail_mailbox", spelling), of=2) == 0


def test_a_tag_alone_is_a_mailbox_too() -> None:
    assert mailbox_of("+tag@example.org") == "+tag@example.org"
    assert mailbox_of("bob@bücher.example") == "bob@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("198.51.100.250", "198.51.100.0/24"),
        ("198.51.101.7", "198.51.101.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::1", "2001:db8:1::/48"),
        ("::ffff:198.51.100.7", "198.51.100.0/24"),
        ("", "unknown"),
    ],
)
def test_a_network_is_what_one_customer_easily_has(address: str, network: str) -> None:
    assert wide_network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network


def test_what_was_spent_and_refused_is_counted_for_the_alarms() -> None:
    draws(Budget("sms"), of=5)
    note_alert_by_sms()
    counts = counted()
    assert counts
    assert (counts["spent", "sms"], counts["refused", "sms"], counts["spent", "sms_alerts"]) == (2, 3, 1)
    assert {name for _, name in counts} == {*NAMES, "sms_alerts"}
    assert dict(used())["sms"] == pytest.approx(1, abs=0.01)
    assert dict(used())["mail"] == 0


def test_neither_the_log_nor_redis_has_an_address(settings: Settings) -> None:
    with capture_logs() as logs:
        draws(of_mailbox("mail_mailbox", ALICE), of=4)
    (line,) = logs
    assert (line["event"], line["budget"]) == ("a daily budget is spent", "mail_mailbox")
    with redis.Redis.from_url(settings.REDIS_URL) as counters:
        kept = b" ".join(counters.scan_iter(f"{PREFIX}:budget*"))
    assert kept
    assert b"alice" not in kept
    assert "alice" not in str(line)


def test_without_redis_nothing_is_counted_and_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: Any, *_: Any, **__: Any) -> None:
        return None

    monkeypatch.setattr(type(buckets()), "asked", away)
    assert spend(Budget("sms")) == budgets.Spent(0.0, counted=False)
    assert counted() is None
    assert list(used()) == []


def test_nothing_is_counted_where_limits_are_off(small: Settings) -> None:
    small.RATE_LIMITS = False
    assert draws(Budget("sms"), of=9) == 9
