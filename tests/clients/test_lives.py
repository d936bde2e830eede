"""Random lives of two phones and a caregiver, against the service: they converge, nothing is lost, no sign unheard.

A proxy drops, delays, cuts and repeats their requests, and their apps are killed at any step. See
`clients/typescript/test/live/`.
"""

import json
from typing import Any

import pytest
from django.utils import timezone

from diary.identity.provisioning import issue_token
from tests.cast import Person
from tests.clients.node import run
from tests.service import Service

LIVES = "test/live/lives.ts"


@pytest.mark.timeout(400)
def test_they_converge_and_nothing_is_lost(api: Service) -> None:
    told = _lived(api, seeds=range(3))
    assert told["lives"] == 3
    assert told["deaths"] > 3
    assert told["troubles"] > 6


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("first", range(1000, 2000, 50))
def test_a_thousand_lives_converge_and_nothing_is_lost(first: int, api: Service) -> None:
    assert _lived(api, seeds=range(first, first + 50))["lives"] == 50


def _lived(api: Service, seeds: range) -> Any:
    """How much happened. Raises AssertionError with all that went wrong."""
    lives = [{"seed": seed, "devices": _devices(seed)} for seed in seeds]
    *faults, total = run(LIVES, given=json.dumps({"url": api.url, "lives": lives})).splitlines()
    assert faults == []
    return json.loads(total)


def _devices(seed: int) -> list[dict[str, str]]:
    alice = Person("Alice", email=f"alice{seed}@example.org")
    bob = Person("Bob", email=f"bob{seed}@example.org")
    bob.cares_for(alice, "log")
    tablet = issue_token(user=alice.user, now=timezone.now())
    return [
        {"name": "phone", "token": alice.token, "patient": "me"},
        {"name": "tablet", "token": tablet, "patient": "me"},
        {"name": "caregiver", "token": bob.token, "patient": str(alice.patient_id)},
    ]
