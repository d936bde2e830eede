"""Work spread over processes: batches with their results in order, or long work that yields results as they come.

Only a few batches or results are in memory at a time.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from queue import Empty
from typing import Any, Final, TypeVar

import django

BATCHES_AHEAD: Final = 3
"""Batches waiting for each process, so that none is idle and none piles up."""

GARBAGE_COLLECTED_AFTER: Final = 100_000
"""Objects, rather than 700: what a batch leaves behind is nearly all freed without the collector."""

LOOKED_AFTER: Final = 0.5
"""Seconds without a result after which it is looked whether all processes are alive."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread(
    work: Callable[[Sequence[Item]], list[Result]], items: Iterable[Item], *, batch: int, jobs: int
) -> Iterator[Result]:
    """What `work` gives for the items, `batch` of them at a time, in the order of the items.

    With one job it is done here; with more, `work` and the items must be picklable. Raises BrokenProcessPool when one
    of the processes ends before its time.
    """
    batches = _batches(iter(items), batch)
    if jobs == 1:
        for some in batches:
            yield from work(some)
        return
    context = multiprocessing.get_context("spawn")  # the same everywhere, and safe beside a progress bar's thread
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin) as processes:
        waiting: deque[Future[list[Result]]] = deque()
        for some in batches:
            with _interrupts_wait():  # the first call starts the processes
                waiting.append(processes.submit(work, some))
            if len(waiting) >= jobs * BATCHES_AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def flowing(work: Callable[[Item], Iterator[Result]], items: Sequence[Item], *, jobs: int) -> Iterator[Result]:
    """What `work` yields for each of the items, as it comes.

    With one job it is done here; with more, the items are dealt out to so many processes in turn, and `work`, the
    items and the results must be picklable. Raises BrokenProcessPool when one of the processes ends before its time.
    """
    if jobs == 1:
        for item in items:
            yield from work(item)
        return
    context = multiprocessing.get_context("spawn")
    results: Queue[Result | None] = context.Queue(jobs * BATCHES_AHEAD)
    processes = [
        context.Process(target=_hand_over, args=(pickle.dumps((work, items[number::jobs])), results), daemon=True)
        for number in range(min(jobs, len(items)))
    ]
    try:
        with _interrupts_wait():
            for process in processes:
                process.start()
        yield from _handed_over(results, processes)
    finally:
        begun = [process for process in processes if process.pid is not None]  # an interrupt may come before
        for process in begun:
            process.terminate()
        for process in begun:
            process.join()


def _handed_over(results: Queue[Result | None], processes: Sequence[BaseProcess]) -> Iterator[Result]:
    at_work = len(processes)
    while at_work:
        try:
            result = results.get(timeout=LOOKED_AFTER)
        except Empty:
            if any(process.exitcode for process in processes):
                raise BrokenProcessPool("a process ended before its time") from None
            continue
        if result is None:
            at_work -= 1
        else:
            yield result


def _hand_over(packed: bytes, results: Queue[Any]) -> None:
    """In a process of its own: unpacked once Django is ready; `None` says that this one has come to its end."""
    _begin()
    work, items = pickle.loads(packed)  # noqa: S301 from the process that started this one
    for item in items:
        for result in work(item):
            results.put(result)
    results.put(None)


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """An interrupt meanwhile comes afterwards; a process started meanwhile never gets one, not while it begins either.

    A terminal interrupts both, and the one that started the others ends them.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Make a new process ready. It ends when the one that started it says so, or has ended."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    django.setup()
    gc.set_threshold(GARBAGE_COLLECTED_AFTER)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _batches(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while batch := list(islice(items, size)):
        yield batch
