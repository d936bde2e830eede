"""A large import is seconds of work: no alert waits for it, and a worker that dies in the middle loses nothing."""

import time
from collections.abc import Callable

import pytest
from celery import Celery
from django.conf import settings
from django.utils import timezone

from diary.models import Entry, Import
from tests.cast import Person
from tests.diary.recording.importing import at, document, entries, send
from tests.flow.kill import flush_broker, write_numbness
from tests.service import Service

pytestmark = pytest.mark.timeout(300)
ROWS = 6_000


def wait_until(done: Callable[[], bool], *, timeout: float = 120.0) -> None:
    deadline = time.monotonic() + timeout
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not done within {timeout} seconds")
        time.sleep(0.01)


def swept() -> None:
    """As beat does, once."""
    with Celery(broker=settings.REDIS_URL, set_as_current=False) as app:
        app.send_task("diary.tasks.sweep_imports", queue="screening")


@pytest.mark.nightly
def test_a_killed_worker_is_followed_by_one_that_goes_on_where_it_was(service: Service) -> None:
    alice = Person("Alice")
    service.start_worker()
    answer = send(alice, document(*entries(ROWS)))
    assert answer.status == 202
    wait_until(Entry.objects.exists)
    service.kill("worker")
    flush_broker()
    stored = Entry.objects.count()
    assert 0 < stored < ROWS
    assert alice.get(at(answer)).body["created"] == stored

    Import.objects.update(due_at=timezone.now())  # a minute goes by
    service.start_worker()
    swept()
    wait_until(lambda: Import.objects.get().state == "done")
    told = alice.get(at(answer)).body
    assert (told["created"], told["unchanged"], told["refused"]) == (ROWS, 0, 0)
    assert Entry.objects.filter(version=1).count() == ROWS


def test_no_worker_that_sends_alerts_takes_up_an_import(service: Service) -> None:
    alice, bob = Person("Alice"), Person("Bob")
    service.start_worker(queues="screening,delivery")
    assert send(alice, document(*entries(ROWS))).status == 202
    write_numbness(bob)
    service.mailbox.wait_for(bob.email, timeout=15)
    assert not Entry.objects.filter(patient_id=alice.patient_id).exists()

    service.start_worker(queues="courtesies", name="courtesies")
    wait_until(lambda: Import.objects.get().state == "done")
