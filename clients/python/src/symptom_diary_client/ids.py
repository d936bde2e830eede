"""Ids that an app makes by itself, also without a network."""

import secrets
from datetime import datetime, timezone
from uuid import UUID


def new_id(now: datetime | None = None) -> str:
    """A UUID of version 7 (RFC 9562), so that ids made later sort later."""
    milliseconds = int((now or datetime.now(timezone.utc)).timestamp() * 1000)
    random = secrets.randbits(74)
    return str(UUID(int=milliseconds << 80 | 7 << 76 | random >> 62 << 64 | 2 << 62 | random & (1 << 62) - 1))
