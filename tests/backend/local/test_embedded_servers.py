"""PostgreSQL and Valkey of our own: durable, private, and hard to confuse."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from backend.local.embedded.directory import DirectoryInUseError, claimed
from backend.local.embedded.postgresql import PostgreSQL
from backend.local.embedded.processes import pid_lives
from backend.local.embedded.server import Server, ServerError, free_port
from backend.local.embedded.valkey import Valkey

KINDS: list[type[Server]] = [PostgreSQL, Valkey]


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_durability_is_on(own_postgresql: PostgreSQL, setting: str) -> None:
    with psycopg.connect(own_postgresql.url) as connection:
        assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)


def test_the_shared_test_database_is_as_durable(db: None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute(f"SHOW {setting}")
            assert cursor.fetchone() == ("on",)


def test_what_was_committed_outlives_a_kill(own_postgresql: PostgreSQL) -> None:
    with psycopg.connect(own_postgresql.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        own_postgresql.kill()
    own_postgresql.start()
    with psycopg.connect(own_postgresql.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]


def test_what_was_queued_outlives_an_orderly_stop(own_valkey: Valkey) -> None:
    redis.Redis.from_url(own_valkey.url).rpush("queue", "task")
    own_valkey.stop()
    own_valkey.start()
    assert redis.Redis.from_url(own_valkey.url).lrange("queue", 0, -1) == [b"task"]


def test_the_broker_keeps_an_append_only_file(own_valkey: Valkey) -> None:
    answer = redis.Redis.from_url(own_valkey.url, decode_responses=True).config_get("appendonly")
    assert answer == {"appendonly": "yes"}


def test_postgresql_lets_nobody_in_without_the_password(own_postgresql: PostgreSQL) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host="127.0.0.1", port=own_postgresql.port, user="postgres", dbname="postgres")


def test_valkey_lets_nobody_in_without_the_password(own_valkey: Valkey) -> None:
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=own_valkey.port).ping()


@pytest.mark.parametrize("kind", KINDS)
def test_the_password_is_in_no_list_of_processes(kind: type[Server], tmp_path: Path) -> None:
    with kind(tmp_path / "server") as server:
        assert server.process is not None
        assert server.password not in " ".join(psutil.Process(server.process.pid).cmdline())


@pytest.mark.parametrize("kind", KINDS)
def test_data_is_its_owners_alone(kind: type[Server], tmp_path: Path) -> None:
    with kind(tmp_path / "server") as server:
        for path in (server.directory, server.data):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert stat.S_IMODE((server.directory / "password").stat().st_mode) == 0o600


def test_failing_statements_leave_no_values_in_the_log(own_postgresql: PostgreSQL) -> None:
    with psycopg.connect(own_postgresql.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE notes (id int PRIMARY KEY, note text NOT NULL)")
        with pytest.raises(psycopg.IntegrityError):
            connection.execute("INSERT INTO notes VALUES (1, 'canary'), (1, 'canary')")
        with pytest.raises(psycopg.IntegrityError):
            connection.execute("INSERT INTO notes VALUES (length('canary'), NULL)")
    assert "canary" not in own_postgresql.log.read_text()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["with spaces and \"quotes\" 'too'", "long" * 50])
def test_any_path_will_do(kind: type[Server], name: str, tmp_path: Path) -> None:
    with kind(tmp_path / name / name) as server:
        assert server.is_running()


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_left_behind_is_replaced(kind: type[Server], tmp_path: Path) -> None:
    left = kind(tmp_path / "server").start()
    with kind(tmp_path / "server") as server:
        assert not left.is_running()
        assert server.is_running()


@pytest.mark.parametrize("kind", KINDS)
def test_a_stale_pid_file_harms_neither_us_nor_its_new_bearer(kind: type[Server], tmp_path: Path) -> None:
    server = kind(tmp_path / "server").start()
    server.kill()
    with subprocess.Popen(["sleep", "60"]) as innocent:
        lines = server.pid_file.read_text().splitlines()
        server.pid_file.write_text("\n".join([str(innocent.pid), *lines[1:]]) + "\n")
        with server:
            assert server.is_running()
            assert innocent.poll() is None
        innocent.kill()


def test_a_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    half_made = tmp_path / "postgresql" / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    with PostgreSQL(tmp_path / "postgresql") as server:
        assert server.is_running()


@pytest.mark.parametrize("kind", KINDS)
def test_a_taken_port_is_said_with_the_log(kind: type[Server], tmp_path: Path) -> None:
    with Valkey(tmp_path / "first") as first, pytest.raises(ServerError, match=r"did not start: .* \(log: "):
        kind(tmp_path / "second", port=first.port).start()


def test_a_killed_server_leaves_no_child(own_postgresql: PostgreSQL) -> None:
    assert own_postgresql.process is not None
    children = psutil.Process(own_postgresql.process.pid).children(recursive=True)
    own_postgresql.kill()
    assert children
    assert not [child for child in children if pid_lives(child.pid)]


def test_a_free_port_is_another_when_the_preferred_is_taken(own_valkey: Valkey) -> None:
    assert free_port(preferred=own_valkey.port) != own_valkey.port


def test_a_directory_is_used_by_one_process_at_a_time(tmp_path: Path) -> None:
    with (
        claimed(tmp_path),
        pytest.raises(DirectoryInUseError, match=f"in use by process {os.getpid()}"),
        claimed(tmp_path),
    ):
        pass


def test_who_finds_a_directory_in_use_changes_nothing_about_it(tmp_path: Path) -> None:
    with claimed(tmp_path):
        tmp_path.chmod(0o711)
        with pytest.raises(DirectoryInUseError), claimed(tmp_path):
            pass
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o711


def test_a_killed_holder_frees_its_directory(tmp_path: Path) -> None:
    hold = f"""
import pathlib, time
from backend.local.embedded.directory import claimed
with claimed(pathlib.Path({str(tmp_path)!r})):
    print("held", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.send_signal(signal.SIGKILL)
    with claimed(tmp_path):
        pass
