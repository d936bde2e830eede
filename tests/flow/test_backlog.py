"""What an outage has piled up drains by tier, and an emergency that is raised meanwhile waits for none of it."""

import sys
import time
from dataclasses import dataclass

import pytest
from celery import current_app
from django.utils import timezone

from alerts.rules.tiers import Tier
from diary.models import Notice
from tests.alerts.webhooks.verified import active_webhook
from tests.backlog import pile_up
from tests.cast import Person
from tests.flow.kill import write_numbness
from tests.service import Service
from tests.web_receiver import WebReceiver

WITHIN_SECONDS = 5
UNDER_WAY = 8
"""What the workers had in hand or in reserve when something more urgent came."""
EMERGENCIES = 6
EVERY_SECONDS = 30
"""As `CELERY_BEAT_SCHEDULE` has it."""


@dataclass(frozen=True)
class Raised:
    """An emergency raised while the backlog drains; both times are monotonic seconds."""

    person: Person
    at: float


class Drain:
    """The sweep of deliveries, as often as beat sends it; nothing else, since all of this may take an hour."""

    def __init__(self, service: Service) -> None:
        self._mails = service.mailbox.received
        self._next_sweep = time.monotonic()

    def until(self, mails: int, *, within: float = 600) -> None:
        """Raises TimeoutError."""
        deadline = time.monotonic() + within
        while len(self._mails) < mails:
            if time.monotonic() >= self._next_sweep:
                current_app.send_task("alerts.tasks.sweep_deliveries")
                self._next_sweep += EVERY_SECONDS
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self._mails)} of {mails} mails within {within} s")
            time.sleep(0.005)


@pytest.mark.parametrize(
    ("count", "within"),
    [
        pytest.param(60, 150, marks=pytest.mark.timeout(240)),
        pytest.param(50_000, 3600, marks=[pytest.mark.timeout(4500), pytest.mark.nightly]),
    ],
)
def test_a_backlog_drains_by_tier_and_emergencies_overtake_it(service: Service, count: int, within: float) -> None:
    tiers = pile_up(count, now=timezone.now())
    late = [Person(f"Late{number}") for number in range(EMERGENCIES)]
    with WebReceiver() as pager:
        for person in late:
            active_webhook(person, pager.url)
        Notice.objects.all().delete()  # of the new servers
        service.start_worker(queues="screening,delivery", concurrency=2)
        service.start_worker(name="webhooks", queues="webhooks", pool="threads", concurrency=4)
        drain = Drain(service)
        raised = []
        for number, person in enumerate(late, start=1):
            drain.until(count * number // 10)
            raised.append(Raised(person, time.monotonic()))
            write_numbness(person)
        drain.until(count + EMERGENCIES, within=within)
        paged = {request.json["data"]["patient"]: request.at for request in pager.wait_for(EMERGENCIES)}
    arrived = {received.recipients[0]: received.accepted_at for received in service.mailbox.received}
    assert_by_tier([tiers[address] for address in sorted(tiers, key=lambda address: arrived[address])])
    waited = [arrived[one.person.email] - one.at for one in raised]
    waited_to_page = [paged[str(one.person.patient_id)] - one.at for one in raised]
    took = max(arrived.values()) - min(arrived.values())
    sys.stdout.write(f"\n{count} mails in {took:.0f} s; emergencies meanwhile within {max(waited):.2f} s by mail\n")
    assert max(waited) < WITHIN_SECONDS, waited
    assert max(waited_to_page) < WITHIN_SECONDS, waited_to_page


def assert_by_tier(arrived: list[str]) -> None:
    """Wherever one came before something more urgent, that was under way already."""
    ranks = [Tier(tier).rank for tier in arrived]
    for place, rank in enumerate(ranks):
        overtaken = sum(later > rank for later in ranks[place + 1 :])
        assert overtaken <= UNDER_WAY, (place, arrived[place], overtaken)
        if rank == min(ranks):
            break
