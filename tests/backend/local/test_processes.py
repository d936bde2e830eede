"""The processes of `make run` are stopped while they say much and no one reads it."""

import array
import fcntl
import os
import signal
import subprocess
import sys
import termios
import time
from typing import IO

_TALKING = """
from backend.local.running.supervisor import Processes

processes = Processes(lambda: None)
processes.add_process("talker", "yes | head -n 20000; exec sleep 60")
processes.loop()
raise SystemExit(processes.returncode)
"""
_TOLD = 128 + signal.SIGTERM


def test_a_signal_that_meets_a_line_being_printed_stops_it() -> None:
    command, buffered = [sys.executable, "-c", _TALKING], os.environ | {"PYTHONUNBUFFERED": ""}
    with subprocess.Popen(command, env=buffered, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as talking:
        assert talking.stdout is not None
        assert b"started" in talking.stdout.readline()
        wait_until_full(talking.stdout)  # from here on it waits within a line
        talking.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        output, errors = talking.communicate(timeout=30)
    assert errors == b""
    assert b"sending SIGTERM to talker" in output
    assert talking.returncode == _TOLD


def wait_until_full(pipe: IO[bytes]) -> None:
    waiting, grown = array.array("i", [0]), -1
    while waiting[0] > grown or waiting[0] < 32_768:
        grown = waiting[0]
        time.sleep(0.3)
        fcntl.ioctl(pipe, termios.FIONREAD, waiting)
