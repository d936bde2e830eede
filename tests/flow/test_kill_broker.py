"""The broker is flushed or killed, and only time is lost."""

import signal
import time
from contextlib import suppress
from uuid import uuid4

import httpx
import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from backend.local.embedded.valkey import Valkey
from tests.cast import Person
from tests.flow.kill import flush_broker, swept_until, write_nights, write_numbness
from tests.service import Service

pytestmark = pytest.mark.timeout(180)


@pytest.mark.nightly
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


@pytest.mark.nightly
def test_silent_when_a_worker_is_done_with_something_the_worker_goes_on_after_its_return(
    service: Service, own_valkey: Valkey
) -> None:
    """What the broker did not take back as done must not keep its place among what the worker may have in hand."""
    alice, bob = Person("Alice"), Person("Bob")
    service.environment["REDIS_URL"] = own_valkey.url
    service.start_worker()
    broker = own_valkey.process
    assert broker is not None
    service.mailbox.before_answer = lambda _: broker.send_signal(signal.SIGSTOP)
    write_numbness(alice)
    with suppress(OperationalError):  # by the sweeps, once no one takes them any more
        swept_until(lambda: service.mailbox.sent_to(alice.email), broker=own_valkey.url)
    time.sleep(3)
    broker.send_signal(signal.SIGCONT)

    service.mailbox.before_answer = lambda _: None
    write_numbness(bob)
    swept_until(lambda: service.mailbox.sent_to(bob.email), broker=own_valkey.url, timeout=30)
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
