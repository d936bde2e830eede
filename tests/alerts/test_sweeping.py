"""However much is due, the broker never has more nudges than workers can use, and each row has its turn."""

import json
from base64 import b64decode
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
from celery import Celery
from django.utils import timezone

from alerts import nudging, tasks
from alerts.models import Delivery
from alerts.nudging import EXPIRES_SECONDS
from alerts.rules.tiers import Tier
from alerts.sweeping import NUDGED_AT_ONCE, nudge_in_turn
from backend.local.embedded.valkey import Valkey
from tests.backlog import pile_up

SCREEN = "alerts.tasks.screen_diary"
QUEUES = ("celery", "delivery", "screening")
STEPS = ("", "\x06\x163", "\x06\x166", "\x06\x169")
"""What the broker adds to the name of a queue for each of its priorities."""


class Broker:
    """A broker that no worker listens to; what waits in it is taken as a worker would: by priority, then in turn."""

    def __init__(self, server: redis.Redis) -> None:
        self._server = server
        self.most_waiting = 0

    def waiting(self) -> int:
        lengths: list[Any] = [self._server.llen(queue + step) for queue in QUEUES for step in STEPS]
        return sum(lengths)

    def nudged(self) -> Iterator[UUID]:
        """The rows that are nudged for, until nothing waits any more; who is to go on does."""
        keys = [queue + step for step in STEPS for queue in QUEUES]
        while found := self._server.brpop(keys, timeout=0.01):
            self.most_waiting = max(self.most_waiting, self.waiting() + 1)
            message = json.loads(found[1])  # type: ignore[index]
            arguments = json.loads(b64decode(message["body"]))[0]
            if message["headers"]["task"] == "alerts.tasks.go_on_nudging":
                tasks.go_on_nudging(*arguments)
            else:
                yield UUID(arguments[0])


@pytest.fixture
def broker(own_valkey: Valkey, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    settings.REDIS_URL = own_valkey.url
    with Celery(broker=own_valkey.url, set_as_current=False) as app, redis.Redis.from_url(own_valkey.url) as server:
        app.conf.task_routes = settings.CELERY_TASK_ROUTES
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        monkeypatch.setattr(nudging, "current_app", app)
        yield Broker(server)


def test_each_row_has_its_turn_and_few_wait_at_once(broker: Broker) -> None:
    rows = [uuid4() for _ in range(4 * NUDGED_AT_ONCE)]
    nudge_in_turn(SCREEN, rows)
    assert list(broker.nudged()) == rows
    assert broker.most_waiting == NUDGED_AT_ONCE + 1  # and who goes on


def test_a_sweep_that_comes_meanwhile_adds_only_what_is_at_the_front(broker: Broker) -> None:
    rows = [uuid4() for _ in range(4 * NUDGED_AT_ONCE)]
    nudge_in_turn(SCREEN, rows)
    nudge_in_turn(SCREEN, rows)
    assert broker.waiting() == 2 * NUDGED_AT_ONCE + 1
    assert set(broker.nudged()) == set(rows)


def test_the_sweep_after_a_lost_broker_begins_again(broker: Broker, own_valkey: Valkey) -> None:
    rows = [uuid4() for _ in range(2 * NUDGED_AT_ONCE)]
    nudge_in_turn(SCREEN, rows)
    with redis.Redis.from_url(own_valkey.url) as server:
        [key] = server.keys("nudged:*")
        assert 0 < int(server.ttl(key)) <= EXPIRES_SECONDS
        server.flushall()
    nudge_in_turn(SCREEN, rows)
    assert list(broker.nudged()) == rows


@pytest.mark.django_db
def test_a_backlog_of_deliveries_is_nudged_for_by_tier(broker: Broker) -> None:
    pile_up(10 * (NUDGED_AT_ONCE // 4), now=timezone.now())
    tasks.sweep_deliveries()
    nudged = list(broker.nudged())
    tiers = dict(Delivery.objects.values_list("pk", "alert__tier"))
    assert len(nudged) == len(set(nudged)) == len(tiers)
    ranks = [Tier(tiers[id_]).rank for id_ in nudged]
    assert ranks == sorted(ranks, reverse=True)
    assert broker.most_waiting == NUDGED_AT_ONCE + 1


@pytest.mark.django_db
def test_what_was_sent_meanwhile_is_not_nudged_for(broker: Broker) -> None:
    pile_up(10 * (NUDGED_AT_ONCE // 4), now=timezone.now())
    tasks.sweep_deliveries()
    list(islice(broker.nudged(), NUDGED_AT_ONCE))
    Delivery.objects.update(state="sent", attempts=1, sent_at=timezone.now(), next_attempt_at=None)
    assert list(broker.nudged()) == []


@pytest.mark.django_db
def test_emergencies_that_follow_do_not_wait_behind_what_is_less_urgent(broker: Broker) -> None:
    pile_up(10 * (NUDGED_AT_ONCE + 10), now=timezone.now())
    tasks.sweep_deliveries()
    diary = uuid4()
    nudge_in_turn(SCREEN, [diary])
    nudged = list(broker.nudged())
    emergencies = set(Delivery.objects.filter(alert__tier=Tier.EMERGENCY).values_list("pk", flat=True))
    assert len(emergencies) > NUDGED_AT_ONCE
    assert set(nudged[: nudged.index(diary)]) >= emergencies
