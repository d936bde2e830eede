"""`make run` as a person meets it: real processes in a data directory of their own."""

import fcntl
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from backend.local.embedded.processes import lives
from backend.local.embedded.server import free_port
from backend.local.running.supervisor import _mail_port

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 90.0

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(autouse=True)
def one_at_a_time(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A run takes the usual ports for mail where they are free: two that start together would want the same."""
    with (tmp_path_factory.getbasetemp().parent / "one run at a time").open("w") as shared:
        fcntl.flock(shared, fcntl.LOCK_EX)
        yield


class Run:
    """One `make run`, its lines, and everything it started."""

    def __init__(self, data_dir: Path, *, tree: Path = ROOT, **environment: str) -> None:
        self.data_dir = data_dir
        self.port = int(environment.get("PORT") or free_port())
        given = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), "PORT": str(self.port), "DEMO": "no"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "backend.local.running"],
            cwd=tree,
            env={**given, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []

    def wait_for(self, pattern: str) -> str:
        """The first line that matches, from here on."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if re.search(pattern, line):
                return self.lines[-1]
        raise AssertionError("\n".join(self.lines))

    def children(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def running_environment(self) -> dict[str, str]:
        lines = (self.data_dir / "running.env").read_text().splitlines()
        return {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)}

    def stop(self, with_signal: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(with_signal)
        output, _ = self.process.communicate(timeout=PATIENCE)
        self.lines += output.splitlines()
        return self.process.returncode


@contextmanager
def running(data_dir: Path, *, tree: Path = ROOT, **environment: str) -> Iterator[Run]:
    run = Run(data_dir, tree=tree, **environment)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.stop(signal.SIGTERM)
        if run.process.stdout:
            run.process.stdout.close()


def refused(data_dir: Path, **environment: str) -> str:
    """What a run says that does not start: one line."""
    with running(data_dir, tree=ROOT, **environment) as run:
        output, _ = run.process.communicate(timeout=PATIENCE)
        assert run.process.returncode == 1
        *_, line = output.strip().splitlines()
        assert line.startswith("make run: ")
        return line


def health(run: Run) -> dict[str, object]:
    with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/health/ready", timeout=10) as answer:
        return dict(json.load(answer))


def command_beside(tree: Path, *arguments: str, **environment: str) -> int:
    """The exit code of a management command from another directory, with nothing but this in its environment."""
    command = [sys.executable, str(tree / "manage.py"), *arguments]
    environment = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, cwd="/", env=environment, check=False, timeout=PATIENCE).returncode


def gone(processes: list[psutil.Process]) -> bool:
    return eventually(lambda: not any(lives(process) for process in processes))


def eventually(happens: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while not happens():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_it_starts_from_nothing_stops_cleanly_and_finds_its_data_again(tmp_path: Path, tree: Path) -> None:
    """Also in a path with spaces, longer than any socket's address may be."""
    data_dir = tmp_path / "a path with spaces" / ("and great length " * 8).strip()
    with running(data_dir, tree=tree) as first:
        assert first.wait_for("^ready ") == f"ready http://127.0.0.1:{first.port}"
        assert health(first)["status"] == "ok"
        urls = first.running_environment()
        with psycopg.connect(urls["DATABASE_URL"]) as connection:
            assert connection.info.user == "diary_service"
            connection.execute("INSERT INTO auth_group (name) VALUES ('kept')")
        secret = (data_dir / "secret_key").read_text()
        for private in ("secret_key", "note_keys", "vapid_private_key", "running.env"):
            assert stat.S_IMODE((data_dir / private).stat().st_mode) == 0o600
        assert command_beside(tree, "migrate", "--check", DATA_DIR=str(data_dir)) == 0
        assert command_beside(tree, "migrate", "--check") == 0
        started = first.children()
        assert len(started) > 10
        assert first.stop(signal.SIGINT) == 0
    assert gone(started)
    assert not (data_dir / "running.env").exists()
    assert not list((tree / ".local" / "running").iterdir())
    with running(data_dir, tree=tree) as second:
        second.wait_for("^ready ")
        with psycopg.connect(second.running_environment()["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT name FROM auth_group").fetchall() == [("kept",)]
        assert (data_dir / "secret_key").read_text() == secret
        assert second.stop(signal.SIGTERM) == 0


@pytest.mark.nightly
def test_it_goes_on_after_deaths_and_starts_again_after_its_own(tmp_path: Path) -> None:
    with running(tmp_path / "data") as run:
        run.wait_for("^ready ")
        worker = next(
            p
            for p in run.children()
            if "screening,delivery" in p.cmdline() and "backend.local.running.keeper" not in p.cmdline()
        )
        worker.kill()
        run.wait_for("worker died unexpectedly")
        postgres = next(p for p in run.children() if p.name() == "postgres")
        postgres.kill()
        run.wait_for("PostgreSQL died unexpectedly")
        with running(tmp_path / "data") as other:
            output, _ = other.process.communicate(timeout=PATIENCE)
            assert f"in use by process {run.process.pid}" in output
        started = run.children()
        run.process.kill()
        run.process.wait()
    with running(tmp_path / "data", PORT=str(run.port)) as again:
        again.wait_for("^ready ")
        assert gone(started)


@pytest.mark.nightly
def test_make_dev_takes_up_changes_and_shows_what_fails(tmp_path: Path, tree: Path) -> None:
    with running(tmp_path / "data", tree=tree, RELOAD="yes") as run:
        run.wait_for("^ready ")
        workers = workers_of(run)
        time.sleep(3)  # Django's reloader looks once a second, and compares with what it saw the first time
        with (tree / "backend" / "urls.py").open("a") as urls:
            urls.write('urlpatterns.append(path("fails", lambda request: 1 / 0))\n')
        page = failing_page(run, "/fails")
        assert "ZeroDivisionError" in page
        assert "Traceback" in page
        assert gone(workers)
        assert eventually(lambda: bool(workers_of(run)))
        assert run.stop(signal.SIGINT) == 0


def workers_of(run: Run) -> list[psutil.Process]:
    found = []
    for process in run.children():
        with suppress(psutil.NoSuchProcess):
            if "screening,delivery" in process.cmdline():
                found.append(process)
    return found


def failing_page(run: Run, path: str) -> str:
    """What a server error shows, once the server has the address."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):  # it is starting again
            answer = httpx.get(f"http://127.0.0.1:{run.port}{path}", timeout=10)
            if answer.status_code == 500:
                return answer.text
        time.sleep(0.5)  # each miss is a line of output, which no one reads meanwhile
    raise TimeoutError(path)


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refused(tmp_path / "data", PORT=str(port))
    assert f"port {port} cannot be used" in line
    assert f"PORT={port + 1} make run" in line


def test_a_mail_catcher_that_moves_says_where_to(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        usual = taken.getsockname()[1]
        port = _mail_port("mail page", usual)
    assert port != usual
    assert capsys.readouterr().out == f"port {usual} is in use: the mail page of this run is at {port}\n"
    assert _mail_port("mail page", port) == port
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "８０８０"])
def test_a_port_that_is_none_is_said_in_one_line(port: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "backend.local.running"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == f"make run: PORT must be a number from 1 to 65535, not {port!r}\n"


def test_a_data_directory_that_cannot_be_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert str(tmp_path / "file") in refused(tmp_path / "file" / "data")
