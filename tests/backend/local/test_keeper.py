"""What keeps the processes of `make run` running."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from backend.local.embedded.processes import pid_lives


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "pids"


def kept(log: Path, then: str, *, supervisor: int | None = None) -> subprocess.Popen[str]:
    """A keeper over a process that writes its pid to `log` and goes on with `then`."""
    script = f'echo $$ >> "{log}"; {then}'
    owner = str(supervisor or psutil.Process().pid)
    return subprocess.Popen(
        [sys.executable, "-m", "backend.local.running.keeper", owner, "worker", "sh", "-c", script],
        stdout=subprocess.PIPE,
        text=True,
    )


def pids(log: Path, *, at_least: int) -> list[int]:
    deadline = time.monotonic() + 30
    while not log.is_file() or len(log.read_text().split()) < at_least:
        assert time.monotonic() < deadline, "the process did not start"
        time.sleep(0.02)
    return [int(line) for line in log.read_text().split()]


def test_it_starts_again_what_was_killed(log: Path) -> None:
    with kept(log, "exec sleep 60") as keeper:
        psutil.Process(pids(log, at_least=1)[0]).kill()
        second = pids(log, at_least=2)[1]
        assert pid_lives(second)
        keeper.terminate()
        output, _ = keeper.communicate(timeout=30)
    assert "worker died unexpectedly (exit code -9): starting it again" in output
    assert not pid_lives(second)


def test_it_leaves_nothing_of_a_killed_process_behind(log: Path) -> None:
    with kept(log, f'sleep 61 & echo $! >> "{log}"; wait') as keeper:
        first, child = pids(log, at_least=2)[:2]
        psutil.Process(first).kill()
        pids(log, at_least=4)
        assert not pid_lives(child)
        keeper.terminate()
        assert keeper.wait(30) == 0


def test_it_gives_up_on_what_dies_again_and_again(log: Path) -> None:
    with kept(log, "exit 3") as keeper:
        output, _ = keeper.communicate(timeout=60)
    assert keeper.returncode == 1
    assert output.endswith("worker died 5 times within a minute: giving up\n")


def test_it_lets_the_process_finish_when_told_to_stop(log: Path) -> None:
    finish = f'trap \'echo 0 >> "{log}"; exit 0\' TERM; echo 1 >> "{log}"; while :; do sleep 0.1; done'
    with kept(log, finish) as keeper:
        pids(log, at_least=2)
        keeper.terminate()
        assert keeper.wait(30) == 0
    assert pids(log, at_least=3)[-1] == 0


def test_it_ends_with_its_supervisor(log: Path) -> None:
    supervisor = subprocess.Popen(["sleep", "60"])
    with kept(log, "exec sleep 60", supervisor=supervisor.pid) as keeper:
        process = pids(log, at_least=1)[0]
        supervisor.kill()
        assert keeper.wait(30) == 0
    assert not pid_lives(process)
    supervisor.wait()


TOLD_WHILE_IT_STARTS = """
import signal, subprocess, sys
from backend.local.running.keeper import keep

popen = subprocess.Popen

def told_meanwhile(*arguments, **options):
    process = popen(*arguments, **options)
    print(process.pid, flush=True)
    signal.raise_signal(signal.SIGTERM)
    return process

subprocess.Popen = told_meanwhile
raise SystemExit(keep(int(sys.argv[1]), "worker", ["sleep", "62"]))
"""


def test_told_to_stop_while_it_starts_the_process_it_stops_that_too() -> None:
    command = [sys.executable, "-c", TOLD_WHILE_IT_STARTS, str(psutil.Process().pid)]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    assert not pid_lives(int(told.stdout))
