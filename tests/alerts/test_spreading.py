"""Work over several processes: in order, and no process is left behind however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

import pytest

from alerts.spreading import BATCHES_AHEAD, spread

ROOT = Path(__file__).parents[2]
SPREAD = """
import signal

signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests run in the background of a shell

from alerts.spreading import spread
from tests.alerts.test_spreading import told
list(spread(told, {}, batch=1, jobs=2))
"""


def doubled(numbers: Sequence[int]) -> list[int]:
    time.sleep(0.01 * (numbers[0] % 3))
    return [2 * number for number in numbers]


def ended(numbers: Sequence[int]) -> list[int]:
    if 7 in numbers:
        os._exit(3)
    return list(numbers)


def told(seconds: Sequence[float]) -> list[float]:
    sys.stdout.write("working\n")
    sys.stdout.flush()
    time.sleep(sum(seconds))
    return list(seconds)


@contextmanager
def at_work(seconds: Sequence[float]) -> Iterator["subprocess.Popen[str]"]:
    """A process of its own session whose two children are at work."""
    process = subprocess.Popen(
        [sys.executable, "-c", SPREAD.format(seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_items(jobs: int) -> None:
    assert list(spread(doubled, range(30), batch=4, jobs=jobs)) == list(range(0, 60, 2))


def test_items_are_taken_only_a_few_batches_ahead() -> None:
    items = iter(range(1000))
    results = spread(doubled, items, batch=5, jobs=2)
    assert next(results) == 0
    assert next(items) == 5 * 2 * BATCHES_AHEAD


def test_a_process_that_ends_before_its_time_is_an_error() -> None:
    with pytest.raises(BrokenProcessPool):
        list(spread(ended, range(30), batch=3, jobs=2))


def test_the_others_end_when_the_first_is_killed() -> None:
    with at_work([600.0] * 4) as process:
        process.kill()
        process.communicate(timeout=20)  # they hold its standard output until they end


def test_an_interrupt_from_the_terminal_ends_all_after_what_they_are_at() -> None:
    with at_work([0.5] * 200) as process:
        os.killpg(process.pid, signal.SIGINT)
        _, reported = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert reported.count("KeyboardInterrupt") == 1
