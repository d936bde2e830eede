"""How long to wait before the next try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_FIRST_SECONDS: Final = 1.0
_LONGEST_SECONDS: Final = 300.0


def backoff_seconds(failures: int, chance: Callable[[], float]) -> float:
    """After so many failures in a row: longer each time, and by chance, so that devices don't come at once."""
    most = min(_LONGEST_SECONDS, _FIRST_SECONDS * 2.0 ** min(failures, 30))
    return most / 2 + most / 2 * chance()


def asked_seconds(retry_after: float, chance: Callable[[], float]) -> float:
    """After a wait that the service asked for: never less, and up to a tenth more."""
    return retry_after * (1 + 0.1 * chance()) + chance()
