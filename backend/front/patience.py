"""How long a client may take."""

from typing import Final

_SECONDS: Final = 60.0
_BYTES_A_SECOND: Final = 16 * 1024
"""Half of what the slowest honest phone has."""


def allowed_seconds(size: int) -> float:
    """For `size` bytes on their way in or out: 64 for 64 KiB, 188 for 2 MiB, and 35 minutes for 32 MiB."""
    return _SECONDS + size / _BYTES_A_SECOND
