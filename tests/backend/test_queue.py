"""The queue: publishing never costs a writer much, and a worker outlives its broker."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError

from backend.celery import app
from backend.health import heartbeat_recorded
from backend.local.embedded.server import free_port
from backend.local.embedded.valkey import Valkey
from backend.models import Heartbeat
from tests.service import database_url

ROOT = Path(__file__).resolve().parents[2]


def publisher(url: str) -> Celery:
    """The application as configured, but with another broker."""
    other = Celery("backend", broker=url, set_as_current=False)
    same = ("broker_transport_options", "task_publish_retry", "task_default_queue", "task_routes")
    other.conf.update({name: app.conf[name] for name in same})
    return other


def seconds_to_be_refused(application: Celery) -> float:
    began = time.monotonic()
    with pytest.raises((OperationalError, redis.RedisError)):
        application.send_task("backend.tasks.record_heartbeat")
    return time.monotonic() - began


def test_a_refused_broker_costs_milliseconds() -> None:
    assert seconds_to_be_refused(publisher(f"redis://127.0.0.1:{free_port()}/0")) < 0.5


def test_a_frozen_broker_costs_a_second_at_most(own_valkey: Valkey) -> None:
    application = publisher(own_valkey.url)
    application.send_task("backend.tasks.record_heartbeat")
    assert own_valkey.process is not None
    own_valkey.process.send_signal(signal.SIGSTOP)
    try:
        costs = [seconds_to_be_refused(application) for _ in range(3)]
    finally:
        own_valkey.process.send_signal(signal.SIGCONT)
    assert max(costs) < 1.5


def test_publishing_works_again_when_the_broker_is_back(own_valkey: Valkey) -> None:
    application = publisher(own_valkey.url)
    application.send_task("backend.tasks.record_heartbeat")
    own_valkey.kill()
    seconds_to_be_refused(application)
    own_valkey.start()
    application.send_task("backend.tasks.record_heartbeat")


def test_messages_are_json_and_go_to_their_queue(own_valkey: Valkey) -> None:
    publisher(own_valkey.url).send_task("alerts.tasks.deliver", ["d-1"])
    message: Any = redis.Redis.from_url(own_valkey.url).lindex("delivery", 0)
    assert json.loads(message)["content-type"] == "application/json"


def test_a_task_is_over_before_the_broker_gives_it_to_another() -> None:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT < options["visibility_timeout"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task_acks_late", True),
        ("worker_prefetch_multiplier", 1),
        ("task_ignore_result", True),
        ("accept_content", ["json"]),
        ("timezone", "UTC"),
        ("task_publish_retry", False),
    ],
)
def test_the_application_is_configured(name: str, value: object) -> None:
    assert app.conf[name] == value


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks


def test_what_is_scheduled_runs_at_once_and_expires_before_its_next_time() -> None:
    schedule: dict[str, dict[str, Any]] = app.conf.beat_schedule
    for entry in schedule.values():
        assert entry["last_run_at"] < datetime.now(UTC)
        assert entry["options"]["expires"] <= entry["schedule"] <= 60


@pytest.fixture
def worker(own_valkey: Valkey, transactional_db: None) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process on a broker that may be killed and on this test's database."""
    command = "celery --quiet --app backend.celery worker --queues screening --concurrency 1 --without-mingle"
    environment = {**os.environ, "REDIS_URL": own_valkey.url, "DATABASE_URL": database_url()}
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", *command.split()], cwd=ROOT, env=environment, start_new_session=True
    ) as process:
        yield process
        process.terminate()
        process.wait(30)


@pytest.mark.usefixtures("worker")
def test_a_worker_outlives_its_broker(own_valkey: Valkey) -> None:
    application = publisher(own_valkey.url)
    runs_a_task(application)
    for end in (own_valkey.stop, own_valkey.kill):
        end()
        own_valkey.start()
        runs_a_task(application)


def runs_a_task(application: Celery) -> None:
    """A task sent now runs within half a minute."""
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    heartbeat_recorded(now=long_ago)
    application.send_task("backend.tasks.record_heartbeat")
    deadline = time.monotonic() + 30
    while not Heartbeat.objects.filter(at__gt=long_ago).exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
