"""Time zones as phones name them: IANA's, old names among them, and fixed offsets from UTC."""

import re
from datetime import timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

_OFFSET: Final = re.compile(r"(?:GMT|UTC)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.ASCII)
_FARTHEST_EAST: Final = timedelta(hours=14)
_FARTHEST_WEST: Final = timedelta(hours=-12)


@lru_cache(maxsize=1000)
def time_zone(name: str) -> tzinfo:
    """The zone of that name: IANA's, or an offset such as `+02:00`, `GMT+2` or `UTC+02:00`. Raises ValueError.

    A plus is east of Greenwich, as phones mean it. Where IANA has the name it decides: of its `Etc/GMT+2` alone the
    plus is west.
    """
    if name in _iana():
        return ZoneInfo(name)
    found = _OFFSET.fullmatch(name)
    if found is None:
        raise ValueError("not a time zone")
    sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    if not _FARTHEST_WEST <= offset <= _FARTHEST_EAST:
        raise ValueError("not an offset that clocks have")
    return timezone(offset)


def is_time_zone(name: str) -> bool:
    """Whether `time_zone` knows it."""
    if name in _iana():  # nearly always, and of any length of diary
        return True
    try:
        time_zone(name)
    except ValueError:
        return False
    return True


@cache
def _iana() -> frozenset[str]:
    """The names known here; two entries of some systems' zone directories are no zones."""
    return frozenset(available_timezones() - {"localtime", "Factory"})
