"""A nudge may be lost; whoever sends it must never suffer for that."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import redis
from celery import Celery, current_app

from alerts import nudging, tasks
from alerts.nudging import BEGINS_WITHIN, begins, nudge, nudge_for_all
from backend.local.embedded.server import free_port
from backend.local.embedded.valkey import Valkey
from diary.breaker import Breaker


@pytest.fixture
def dead_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No one listens where the broker should be."""
    monkeypatch.setattr(nudging._Broker, "breaker", Breaker())
    monkeypatch.setattr(nudging._Broker, "lost", 0)
    monkeypatch.setattr(nudging._Broker, "begins_after", {})
    with Celery(broker=f"redis://127.0.0.1:{free_port()}/0", set_as_current=False) as dead:
        dead.conf.update(broker_transport_options=current_app.conf.broker_transport_options, task_publish_retry=False)
        monkeypatch.setattr(nudging, "current_app", dead)
        yield


@pytest.fixture
def own_broker(own_valkey: Valkey, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    """A broker that no worker listens to, and this process remembers nothing of."""
    settings.REDIS_URL = own_valkey.url
    monkeypatch.setattr(nudging._Broker, "begins_after", {})
    with Celery(broker=own_valkey.url, set_as_current=False) as app, redis.Redis.from_url(own_valkey.url) as kept:
        monkeypatch.setattr(nudging, "current_app", app)
        yield kept


def test_a_dead_broker_is_noticed_and_then_costs_nothing(dead_broker: None) -> None:
    began = time.monotonic()
    assert nudge("alerts.tasks.screen_diary", uuid4()) is False
    assert time.monotonic() - began < 2
    began = time.monotonic()
    assert not any(nudge("alerts.tasks.screen_diary", uuid4()) for _ in range(1000))
    assert time.monotonic() - began < 0.1
    assert nudging._Broker.lost == 1001


def test_a_broker_that_is_back_is_nudged_again(dead_broker: None, monkeypatch: pytest.MonkeyPatch) -> None:
    nudge("alerts.tasks.screen_diary", uuid4())
    monkeypatch.setattr(nudging, "current_app", current_app)
    nudging._Broker.breaker.open_until = time.monotonic()
    assert nudge("alerts.tasks.screen_diary", uuid4()) is True


def test_a_task_for_all_is_sent_once_until_it_begins(own_broker: Any) -> None:
    assert all(nudge_for_all("alerts.tasks.screen_waiting", after=1) for _ in range(100))
    assert own_broker.llen("celery") == 1
    time.sleep(1)
    begins("alerts.tasks.screen_waiting")
    assert all(nudge_for_all("alerts.tasks.screen_waiting", after=1) for _ in range(100))
    assert own_broker.llen("celery") == 2


def test_one_that_never_begins_is_sent_again(own_broker: Any) -> None:
    nudge_for_all("alerts.tasks.screen_waiting")
    [key] = own_broker.keys("nudged:*")
    assert 0 < own_broker.ttl(key) <= BEGINS_WITHIN


def test_a_dead_redis_costs_as_little(dead_broker: None, settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    began = time.monotonic()
    assert not any(nudge_for_all("alerts.tasks.screen_waiting") for _ in range(1000))
    assert time.monotonic() - began < 2


def test_what_a_turn_at_screening_leaves_is_gone_on_with_at_once_however_much_is_written(
    own_broker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def a_turn_in_which_something_is_written(*, clock: object) -> float:
        nudge_for_all("alerts.tasks.screen_waiting", after=1)
        return 0.0

    monkeypatch.setattr("alerts.screening.diary.screen_fresh", a_turn_in_which_something_is_written)
    for _ in range(3):
        tasks.screen_waiting()
    sent = [json.loads(message)["headers"] for message in own_broker.lrange("celery", 0, -1)]
    assert Counter((one["task"], one["eta"] is None) for one in sent) == {
        ("alerts.tasks.screen_waiting", False): 1,
        ("alerts.tasks.go_on_screening", True): 1,
    }
