"""The machine that the command runs on: whether there is room where bodies of requests and imports wait."""

import shutil
import tempfile
from typing import Final

from backend.doctor.finding import Finding, broken, ok, warning

_LITTLE: Final = 0.10
_NOTHING: Final = 0.02


def disk_found() -> Finding:
    """The free part of the disk that temporary files are on."""
    place = tempfile.gettempdir()
    usage = shutil.disk_usage(place)
    free = usage.free / usage.total
    says = f"{free:.0%} of {place} is free ({usage.free / 2**30:.1f} GiB)"
    if free > _LITTLE:
        return ok("disk", says)
    return (warning if free > _NOTHING else broken)("disk", says, "make room: large requests and imports wait there")
