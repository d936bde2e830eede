"""Everyone is reminded once, with two beats, and workers that are killed while they send."""

import time
from collections.abc import Callable
from datetime import time as hour
from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import Courtesy
from diary.models import Preferences, ReminderPlan
from diary.reaching.preferences import TIERS
from tests.cast import Person
from tests.service import Service

pytestmark = pytest.mark.timeout(300)
PEOPLE = 40


def due_now(number: int) -> Person:
    """Someone whose hour it is."""
    person, now = Person(f"Reminded {number}", email=f"reminded-{number}@example.org"), timezone.now()
    channels = {tier: ["email"] for tier in TIERS}
    Preferences.objects.create(
        user=person.user, version=1, reminder_at=hour(now.hour, now.minute), reminder_weekdays=[1, 2, 3, 4, 5, 6, 7],
        **channels,
    )  # fmt: skip
    ReminderPlan.objects.create(user=person.user, due_at=now)
    return person


def until(happened: Callable[[], bool], *, within: float = 120.0) -> None:
    deadline = time.monotonic() + within
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def leases_run_out() -> None:
    Courtesy.objects.filter(state="sending").update(due_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.nightly
def test_two_beats_and_killed_workers_remind_everyone_once(service: Service) -> None:
    people = [due_now(number) for number in range(PEOPLE)]
    service.start_beat().start_beat(name="second beat")
    for killed_after in (PEOPLE // 4, PEOPLE // 2):
        service.start_worker(queues="courtesies", concurrency=2, name="worker")
        until(lambda most=killed_after: len(service.mailbox.received) >= most)  # type: ignore[misc]
        service.kill("worker")
    leases_run_out()
    service.start_worker(queues="courtesies", concurrency=2, name="worker")
    service.start_worker(queues="courtesies", concurrency=2, name="second worker")
    until(lambda: not Courtesy.objects.exclude(state="sent").exists() and Courtesy.objects.count() == PEOPLE)
    for person in people:
        copies = service.mailbox.sent_to(person.email)
        assert len({copy.mail["Message-ID"] for copy in copies}) == 1
