"""When a receiver wants to be asked again."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

MOST: Final = timedelta(hours=24)
"""No one puts us off for longer."""
_SECONDS: Final = re.compile(r"[0-9]+", re.ASCII)


def retry_after(header: str | None, *, now: datetime) -> timedelta | None:
    """The wait that a `Retry-After` asks for (RFC 9110, section 10.2.3), `MOST` at the most.

    None without one, and for what is neither seconds nor a date or is over already.
    """
    wait = None if header is None else _wait(header.strip(), now)
    return min(wait, MOST) if wait and wait > timedelta() else None


def _wait(header: str, now: datetime) -> timedelta | None:
    if _SECONDS.fullmatch(header):
        return timedelta(seconds=int(header)) if len(header) < 9 else MOST
    try:
        until = parsedate_to_datetime(header)
        return (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError):
        return None
