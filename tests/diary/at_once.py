"""Requests at the same moment, each over a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def at_once(calls: list[Callable[[], int]]) -> list[int]:
    """The statuses of all calls, eight of them under way at a time."""

    def done(call: Callable[[], int]) -> int:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(done, calls))
