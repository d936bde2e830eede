"""A server that failed is left alone for a while: a frozen one costs one short wait, and not one a call."""

import time
from dataclasses import dataclass
from typing import Final

LEFT_ALONE: Final = 5.0
"""Seconds without another try."""


@dataclass
class Breaker:
    """What this process remembers of a server: until when not to call it (by the monotonic clock)."""

    open_until: float = 0.0

    def lets_through(self) -> bool:
        """Whether to call now. After the rest one caller finds out for all whether it answers again."""
        now = time.monotonic()
        if now < self.open_until:
            return False
        if self.open_until:
            self.open_until = now + LEFT_ALONE
        return True

    def failed(self) -> None:
        """The call came to nothing."""
        self.open_until = time.monotonic() + LEFT_ALONE

    def answered(self) -> None:
        """It answers: everybody may call."""
        self.open_until = 0.0
