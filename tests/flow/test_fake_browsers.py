"""Accounts with hundreds of made-up browser subscriptions hold up no one: strangers are told within seconds."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from pytest_django import Settings

from tests.alerts.channels.browser import Browser
from tests.alerts.channels.conftest import VAPID_PRIVATE_KEY
from tests.alerts.webhooks.verified import active_webhook
from tests.cast import Person
from tests.flow.kill import write_numbness
from tests.service import Service
from tests.web_receiver import WebReceiver, reply, slow

WITHIN_SECONDS = 5.0


@dataclass(frozen=True)
class Attack:
    """How many accounts have how many made-up subscriptions each, at how many servers that never answer; and how many
    strangers are told meanwhile, so many seconds apart.
    """

    accounts: int
    subscriptions: int
    tarpits: int
    strangers: int
    seconds_apart: float
    push_service: str
    """The host that the strangers' browsers subscribed at; `localhost` is one that is known to be used."""


SHORT = Attack(accounts=1, subscriptions=300, tarpits=30, strangers=1, seconds_apart=0, push_service="127.0.0.1")
FULL = Attack(accounts=10, subscriptions=300, tarpits=60, strangers=30, seconds_apart=5, push_service="localhost")


@pytest.fixture
def receivers() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def attackers(attack: Attack, receivers: ExitStack) -> list[WebReceiver]:
    """They have noted an emergency each, of which all their browsers are to hear; gives the servers."""
    tarpits = [receivers.enter_context(WebReceiver()) for _ in range(attack.tarpits)]
    for tarpit in tarpits:
        tarpit.script = [slow(120, reply(201))]
    for account in range(attack.accounts):
        charlie = Person(f"Charlie{account}")
        for number in range(attack.subscriptions):
            address = tarpits[number % attack.tarpits].url
            Browser(f"{address}/{account}/{number}", server_key="").belongs_to(charlie, proved=False)
        charlie.patch("preferences", {"channels": {"emergency": ["web_push"]}})
        write_numbness(charlie)
    return tarpits


def seconds_until_told(stranger: Person, receivers: ExitStack, push_service: str) -> float:
    """How long it takes to reach a browser that is as new as the attackers', and a webhook."""
    browser, server = receivers.enter_context(WebReceiver()), receivers.enter_context(WebReceiver())
    browser.script = [reply(201)]
    address = browser.url.replace("127.0.0.1", push_service)
    Browser(address, server_key="").belongs_to(stranger, proved=False)
    active_webhook(stranger, server.url)
    written = time.monotonic()
    write_numbness(stranger)
    browser.wait_for(1, timeout=60)
    server.wait_for(1, timeout=60)
    return time.monotonic() - written


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(SHORT, id="short", marks=[pytest.mark.nightly, pytest.mark.timeout(240)]),
        pytest.param(FULL, id="full", marks=[pytest.mark.chaos, pytest.mark.timeout(900)]),
    ],
)
def test_made_up_subscriptions_hold_up_nobody_else(
    service: Service, receivers: ExitStack, settings: Settings, attack: Attack
) -> None:
    settings.VAPID_PRIVATE_KEY = service.environment["VAPID_PRIVATE_KEY"] = VAPID_PRIVATE_KEY
    service.environment["PUSH_SERVICES"] = "localhost"
    service.start_worker(queues="webhooks", pool="threads", concurrency=16, name="webhooks")
    service.start_worker(queues="screening,delivery").start_beat()
    tarpits = attackers(attack, receivers)
    called = time.monotonic() + 30
    while not any(tarpit.received for tarpit in tarpits):
        assert time.monotonic() < called
        time.sleep(0.01)
    took = []
    for number in range(attack.strangers):
        took.append(seconds_until_told(Person(f"Alice{number}"), receivers, attack.push_service))
        time.sleep(attack.seconds_apart)
    assert max(took) < WITHIN_SECONDS, sorted(took)
    service.kill("webhooks")  # its threads wait for the tarpits
