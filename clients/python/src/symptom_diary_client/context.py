"""Whose diary it is, and where and in which language it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Context:
    """What everything else here asks about its surroundings."""

    patient: str
    """`me` for the person's own diary."""
    region: str | None
    """ISO 3166 code of the country, until the profile says it."""
    language: Callable[[], str]
    time_zone: Callable[[], str]
    now: Callable[[], datetime]

    @property
    def is_own(self) -> bool:
        """Whether somebody writes about themselves."""
        return self.patient == "me"


def given(value: str | Callable[[], str]) -> Callable[[], str]:
    """What stays the same, or can change."""
    return value if callable(value) else lambda: value
