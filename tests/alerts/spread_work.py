"""What the processes of `tests/alerts/test_spreading.py` are given to do; they import it by its name."""

import os
import sys
import time
from collections.abc import Iterator, Sequence


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


def telling(seconds: float) -> Iterator[float]:
    yield from told([seconds])


def counted(number: int) -> Iterator[int]:
    """Up to the number; for 7 the process ends before its time, and 8 is a mistake."""
    yield from range(number)
    if number == 7:
        os._exit(3)
    if number == 8:
        raise ValueError("a mistake")


def slowly(number: int) -> Iterator[int]:
    yield number
    time.sleep(600)
