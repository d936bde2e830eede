"""Batches of work spread over processes: results in order, and only a few batches in memory at a time."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import Final, TypeVar

import django

BATCHES_AHEAD: Final = 3
"""Batches waiting for each process, so that none is idle and none piles up."""

GARBAGE_COLLECTED_AFTER: Final = 100_000
"""Objects, rather than 700: what a batch leaves behind is nearly all freed without the collector."""

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
            waiting.append(processes.submit(work, some))
            if len(waiting) >= jobs * BATCHES_AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _begin() -> None:
    """Make a new process ready. It ends when the one that started it says so, or has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal interrupts both
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
