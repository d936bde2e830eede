"""The threads that work, and the line before them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from diary.problems import too_many_waiting

Result = TypeVar("Result")


class Lane:
    """So many threads, and at most so many requests that wait for one."""

    def __init__(self, name: str, *, threads: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = threads + waiting

    async def run(self, work: Callable[[], Result]) -> Result:
        """Have a thread do it. Raises Problem 503 when too many wait already."""
        if self._places <= 0:
            raise too_many_waiting()
        return await self.finish(work)

    async def finish(self, work: Callable[[], Result]) -> Result:
        """The same for the end of what a thread began, which is never turned away."""
        self._places -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._places += 1

    def close(self) -> None:
        """Wait for what is being done."""
        self._pool.shutdown()
