"""Batches of work spread over processes: results in order, and only a few batches in memory at a time."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import Final, TypeVar

import django

BATCHES_AHEAD: Final = 3
"""Batches waiting for each process, so that none is idle and none piles up."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread(
    work: Callable[[Sequence[Item]], list[Result]], items: Iterable[Item], *, batch: int, jobs: int
) -> Iterator[Result]:
    """What `work` gives for the items, `batch` of them at a time, in the order of the items.

    With one job it is done here; with more, `work` and the items must be picklable.
    """
    batches = _batches(iter(items), batch)
    if jobs == 1:
        for some in batches:
            yield from work(some)
        return
    context = multiprocessing.get_context("spawn")  # the same everywhere, and safe beside a progress bar's thread
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=django.setup) as processes:
        waiting: deque[Future[list[Result]]] = deque()
        for some in batches:
            waiting.append(processes.submit(work, some))
            if len(waiting) >= jobs * BATCHES_AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _batches(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while batch := list(islice(items, size)):
        yield batch
