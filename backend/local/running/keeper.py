"""Keeps one process running: starts it again when it dies, stops it in order when told.

`python -m backend.local.running.keeper SUPERVISOR_PID NAME COMMAND…`. The process gets a session of its own, so that a
signal reaches it and not its children: a Celery worker must be able to let its children finish. The keeper ends with
the supervisor, however that ends, so nothing keeps the port when someone kills it.
"""

import os
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from threading import Event
from typing import Final

import psutil

from backend.local.embedded.processes import lives

STOP_WITHIN_SECONDS: Final = 20.0
_DEATHS_TOLERATED: Final = 5
_WITHIN_SECONDS: Final = 60.0
_LOOK_EVERY_SECONDS: Final = 0.1


def keep(supervisor: int, name: str, command: list[str]) -> int:
    """Run `command` until told to stop (gives 0) or until it dies too often (gives 1)."""
    told = Event()  # only noted: a signal may come while the process is being started
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    deaths: deque[float] = deque(maxlen=_DEATHS_TOLERATED)
    owner = psutil.Process(supervisor)
    while not told.is_set():
        process = subprocess.Popen(command, start_new_session=True)
        if not _died(process, owner, told):
            _stop(process)
            break
        _kill_session(process.pid)
        deaths.append(time.monotonic())
        if len(deaths) == _DEATHS_TOLERATED and deaths[-1] - deaths[0] < _WITHIN_SECONDS:
            print(f"{name} died {_DEATHS_TOLERATED} times within a minute: giving up", flush=True)
            return 1
        print(f"{name} died unexpectedly (exit code {process.returncode}): starting it again", flush=True)
        time.sleep(0.5 * len(deaths))
    return 0


def _died(process: subprocess.Popen[bytes], owner: psutil.Process, told: Event) -> bool:
    """Wait until the process dies; False as soon as it is to be stopped or no one is left who could want it."""
    while not told.is_set() and lives(owner):
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_EVERY_SECONDS)
            return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_WITHIN_SECONDS)
    _kill_session(process.pid)
    process.wait()


def _kill_session(leader: int) -> None:
    """What the process left behind must not hold its port or its tasks."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(keep(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
