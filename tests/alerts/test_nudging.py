"""A nudge may be lost; whoever sends it must never suffer for that."""

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from celery import Celery, current_app

from alerts import nudging
from alerts.nudging import nudge
from backend.local.embedded.server import free_port


@pytest.fixture
def dead_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No one listens where the broker should be."""
    monkeypatch.setattr(nudging._Broker, "silent_until", 0.0)
    monkeypatch.setattr(nudging._Broker, "lost", 0)
    with Celery(broker=f"redis://127.0.0.1:{free_port()}/0", set_as_current=False) as dead:
        dead.conf.update(broker_transport_options=current_app.conf.broker_transport_options, task_publish_retry=False)
        monkeypatch.setattr(nudging, "current_app", dead)
        yield


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
    monkeypatch.setattr(nudging._Broker, "silent_until", time.monotonic())
    assert nudge("alerts.tasks.screen_diary", uuid4()) is True
