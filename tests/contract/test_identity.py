"""Anything may come to the identity API too: two apps and more at each other's accounts, and never an answer of 500."""

import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import httpx
import pytest
from django.core.cache import cache
from django.utils import timezone

from diary.identity.provisioning import register
from tests.contract.identity_steps import walk
from tests.contract.wandering import PASSWORDS, Wanderer, World
from tests.service import Service

APPS = 4
STEPS = 30
REACHED = {
    "auth/login",
    "auth/email/verify",
    "auth/password/reset",
    "auth/2fa/authenticate",
    "auth/webauthn/login",
    "account/email",
    "account/authenticators/totp",
    "account/authenticators/webauthn",
}
"""What must be done rightly now and then for the rest to be tried."""


def wander(api: Service, *, seed: int, requests: int, seconds: float) -> list[World]:
    """One small world after the other, until so many requests were sent or the time is up."""
    worlds: list[World] = []
    until = time.monotonic() + seconds
    with httpx.Client(base_url=api.url, timeout=60) as http, ThreadPoolExecutor(APPS) as pool:
        while sum(len(world.sent) for world in worlds) < requests and time.monotonic() < until:
            cache.clear()  # or most of the answers would be 429
            world = World(http, api.mailbox)
            for address in world.addresses[1:]:
                register(email=address, password=PASSWORDS[0], now=timezone.now())
            apps = [Wanderer(world, Random(f"{seed}/{len(worlds)}/{app}")) for app in range(APPS)]
            list(pool.map(lambda app: walk(app, STEPS), apps))
            worlds.append(world)
    return worlds


def faults(worlds: list[World]) -> str:
    return "\n".join(fault for world in worlds for fault in world.faults)


def test_a_slice_of_what_apps_may_send_is_never_answered_500(api: Service) -> None:
    worlds = wander(api, seed=1, requests=150, seconds=20)
    assert not faults(worlds), faults(worlds)
    assert sum(len(world.sent) for world in worlds) > 100


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [2, 3])
def test_thousands_of_what_apps_may_send_are_never_answered_500(api: Service, seed: int) -> None:
    worlds = wander(api, seed=seed, requests=5000, seconds=3000)
    assert not faults(worlds), faults(worlds)
    assert sum(len(world.sent) for world in worlds) >= 5000
    succeeded = {step for world in worlds for step, statuses in world.statuses.items() if 200 in statuses}
    assert {("POST", path) for path in REACHED} <= succeeded, "the apps did not get far enough"
