"""Work over several processes: in order, and no process is left behind however it ends."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

import pytest

from alerts.spreading import BATCHES_AHEAD, flowing, spread
from tests.alerts.spread_work import counted, doubled, ended, slowly

ROOT = Path(__file__).parents[2]
SPREAD = """
import signal

signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests run in the background of a shell

from alerts.spreading import flowing, spread
from tests.alerts.spread_work import told, telling
{}
"""
SPREADING = "list(spread(told, {}, batch=1, jobs=2))"
FLOWING = "list(flowing(telling, {}, jobs=2))"


@pytest.fixture(autouse=True)
def _without_applications(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some thirty processes get Django ready here, for work that needs nothing of it."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.alerts.no_applications")


@contextmanager
def at_work(how: str, seconds: Sequence[float], *, awaited: bool = True) -> Iterator["subprocess.Popen[str]"]:
    """A process of its own session whose two children are at work."""
    process = subprocess.Popen(
        [sys.executable, "-c", SPREAD.format(how.format(seconds))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert not awaited or process.stdout.readline() == "working\n"
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


@pytest.mark.parametrize("how", [SPREADING, FLOWING])
def test_the_others_end_when_the_first_is_killed(how: str) -> None:
    with at_work(how, [600.0] * 4) as process:
        process.kill()
        process.communicate(timeout=20)  # they hold its standard output until they end


@pytest.mark.parametrize(("how", "seconds"), [(SPREADING, 0.5), (FLOWING, 600.0)])
def test_an_interrupt_from_the_terminal_ends_all(how: str, seconds: float) -> None:
    """Batches are ended first, work without batches is not."""
    with at_work(how, [seconds] * 200) as process:
        os.killpg(process.pid, signal.SIGINT)
        _, reported = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert reported.count("KeyboardInterrupt") == 1


@pytest.mark.parametrize("after", [0.0, 0.03, 0.06])
@pytest.mark.parametrize(("how", "seconds"), [(SPREADING, 0.5), (FLOWING, 600.0)])
def test_processes_that_are_not_ready_yet_report_no_interrupt(how: str, seconds: float, after: float) -> None:
    begin = f"import os, signal, threading; threading.Timer({after}, os.killpg, (0, signal.SIGINT)).start(); "
    with at_work(begin + how, [seconds] * 200, awaited=False) as process:
        _, reported = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert reported.count("KeyboardInterrupt") == 1


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_what_flows_comes_whole_from_every_item(jobs: int) -> None:
    assert Counter(flowing(counted, [5, 1, 0, 3], jobs=jobs)) == {0: 3, 1: 2, 2: 2, 3: 1, 4: 1}


def test_it_flows_while_the_work_goes_on_and_leaves_nothing_behind() -> None:
    results = flowing(slowly, [1, 2], jobs=2)
    assert {next(results), next(results)} == {1, 2}
    results.close()  # type: ignore[attr-defined]  # a generator
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("number", [7, 8])
def test_a_flow_that_breaks_off_is_an_error(number: int) -> None:
    with pytest.raises(BrokenProcessPool):
        list(flowing(counted, [number, 3], jobs=2))
