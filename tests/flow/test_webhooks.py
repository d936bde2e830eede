"""Servers that hear of alerts, and one that answers no one and holds up no one but itself."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone
from standardwebhooks import Webhook as Verifier

from alerts.models import Delivery
from tests.alerts.diaries import saddle_numbness, write
from tests.alerts.webhooks.verified import active_webhook
from tests.cast import Person
from tests.flow.kill import write_numbness
from tests.service import Service
from tests.web_receiver import WebReceiver, reply, slow

pytestmark = pytest.mark.timeout(180)
PEOPLE = 40
FAST = 8


@pytest.fixture
def receivers() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_a_server_is_asked_then_told_and_can_prove_who_told_it(service: Service, receivers: ExitStack) -> None:
    alice, receiver = Person("Alice"), receivers.enter_context(WebReceiver())
    service.start_worker(queues="webhooks", pool="threads", concurrency=4)
    id_ = uuid4()
    created = alice.put(f"webhooks/{id_}", {"id": str(id_), "url": receiver.url})
    assert (created.status, created.body["state"]) == (201, "unverified")
    receiver.wait_for(1)
    until = time.monotonic() + 10
    while alice.get(f"webhooks/{id_}").body["state"] != "active":
        assert time.monotonic() < until
        time.sleep(0.02)

    write_numbness(alice)
    asked, told = receiver.wait_for(2)
    assert [asked.json["type"], told.json["type"]] == ["webhook.verification", "alert.raised"]
    assert told.json["data"]["patient"] == str(alice.patient_id)
    for request in (asked, told):
        Verifier(created.body["secret"]).verify(request.body, dict(request.headers))
    assert told.headers["webhook-id"] == str(Delivery.objects.get(channel="webhook").pk)


@pytest.mark.nightly
def test_one_slow_receiver_delays_no_other(service: Service, receivers: ExitStack) -> None:
    """Forty deliveries wait for a server that never answers while forty go to others, as `make run` works them off."""
    silent = receivers.enter_context(WebReceiver())
    silent.script = [slow(60, reply(200))]
    fast = [receivers.enter_context(WebReceiver()) for _ in range(FAST)]
    people = [Person(f"Patient{number}") for number in range(PEOPLE)]
    for number, person in enumerate(people):
        active_webhook(person, silent.url)
        active_webhook(person, fast[number % FAST].url)
    service.start_worker(queues="webhooks", pool="threads", concurrency=16)
    first, written = Person("Alice"), {}
    active_webhook(first, fast[0].url)
    write_numbness(first)
    fast[0].wait_for(1)  # the worker is there
    silent_since = time.perf_counter()
    for person in people:
        written[str(person.patient_id)] = time.perf_counter()
        write(person, saddle_numbness(timezone.now().date()), now=timezone.now())
    arrived = {}
    for number, receiver in enumerate(fast):
        for request in receiver.wait_for(PEOPLE // FAST + (number == 0), timeout=60):
            arrived[request.json["data"]["patient"]] = request.at
    delays = sorted(arrived[patient] - at for patient, at in written.items())
    assert delays[-1] < 5, delays
    waited = time.perf_counter() - silent_since
    assert 1 <= len(silent.received) <= settings.OUTBOUND_AT_ONCE["receiver"] * (1 + waited // 15)
    service.kill("worker")
