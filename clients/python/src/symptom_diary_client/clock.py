"""Local time, done with the calendar and never with 86,400 seconds."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final, TypedDict
from zoneinfo import ZoneInfo

from tzlocal import get_localzone_name

_OFFSET: Final = re.compile(r"([+-])(\d\d):(\d\d)")


class Moment(TypedDict):
    """What clock and calendar show where the person is."""

    date: str
    """The calendar date on their wall."""
    recorded_at: str
    """RFC 3339 with the offset that the wall clock had."""
    time_zone: str
    """The IANA zone, or an offset."""


def local_moment(now: datetime, time_zone: str) -> Moment:
    """What the person's wall shows at `now`. Raises ZoneInfoNotFoundError for a zone that isn't known here."""
    wall = now.astimezone(_zone(time_zone))
    return {
        "date": wall.date().isoformat(),
        "recorded_at": wall.isoformat(timespec="seconds"),
        "time_zone": time_zone,
    }


def machine_zone() -> str:
    """The zone that this machine is set to, asked for anew each time: laptops travel."""
    return get_localzone_name() or "UTC"


def _zone(name: str) -> tzinfo:
    fixed = _OFFSET.fullmatch(name)
    if fixed is None:
        return ZoneInfo(name)
    ahead = timedelta(hours=int(fixed[2]), minutes=int(fixed[3]))
    return timezone(-ahead if fixed[1] == "-" else ahead)
