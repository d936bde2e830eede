"""The broker is flushed or killed, and only time is lost."""

import time
from uuid import uuid4

import httpx
import pytest
from django.utils import timezone

from backend.embedded.valkey import Valkey
from tests.cast import Person
from tests.flow.kill import flush_broker, swept_until, write_nights
from tests.service import Service

pytestmark = pytest.mark.timeout(180)


def test_flushed_with_work_queued_the_sweep_finds_it(service: Service) -> None:
    alice = Person("Alice")
    write_nights(alice)
    flush_broker()
    service.start_worker()
    swept_until(lambda: service.mailbox.sent_to(alice.email))
    assert len(service.mailbox.sent_to(alice.email)) == 1


def test_killed_writes_are_answered_at_once_and_the_mail_follows_its_return(
    service: Service, own_valkey: Valkey
) -> None:
    alice = Person("Alice")
    service.environment["REDIS_URL"] = own_valkey.url
    service.start_api()
    own_valkey.kill()

    slowest = 0.0
    with httpx.Client(headers={"Authorization": f"Bearer {alice.token}"}) as phone:
        for _ in range(10):
            began = time.monotonic()
            body = numbness()
            answer = phone.put(f"{service.url}/api/v1/patients/me/entries/{body['id']}", json=body)
            slowest = max(slowest, time.monotonic() - began)
            assert answer.status_code == 201
            assert answer.json()["raised"][0]["tier"] == "emergency"
    assert slowest < 2

    own_valkey.start()
    service.start_worker()
    swept_until(lambda: service.mailbox.sent_to(alice.email), broker=own_valkey.url)
    assert len(service.mailbox.sent_to(alice.email)) == 1


def numbness() -> dict[str, object]:
    """One more entry of an emergency."""
    now = timezone.now()
    return {
        "id": str(uuid4()),
        "date": now.date().isoformat(),
        "recorded_at": now.isoformat(),
        "time_zone": "UTC",
        "symptoms": {"saddle_numbness": True},
    }
