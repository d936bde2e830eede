"""One measured value, as any of the formats has it, and the entry that it becomes.

Each is an entry of its own, beside whatever the person wrote about that day: nothing is joined or replaced, and a day's
weight is the one recorded last, as ever. Its id follows from where it comes from and its moment, so that the same file
gives the same ids, whoever brings it and how often.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from math import isfinite
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from diary.format.time_zones import time_zone

_NAMESPACE: Final = UUID("6f0d9d0c-3c0b-5d0e-9b57-2a1f2f3f6a51")
EARLIEST_ZONE: Final = "+14:00"
"""For what was written without a zone. It is taken to be as early as it can have been, since no day begins earlier
anywhere: so it never comes after what the person wrote that day, and never stands for it."""
KILOGRAMS: Final = {
    "kg": 1.0,
    "g": 0.001,
    "lb": 0.45359237,
    "lbs": 0.45359237,
    "[lb_av]": 0.45359237,
    "st": 6.35029318,
    "[stone_av]": 6.35029318,
}
"""By unit, also as UCUM spells it. A pound is 0.45359237 kg by the International Yard and Pound Agreement of 1959."""
_NUMBER: Final = re.compile(r"[0-9]{1,7}(\.[0-9]{1,20})?")
_MOMENT: Final = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?:[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})? ?(?P<offset>Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_MINUTE: Final = timedelta(minutes=1)


class Moment(NamedTuple):
    """When it was, with the offset that clocks had there, and the name of that zone or offset."""

    at: datetime
    zone: str


class Measured(NamedTuple):
    """`place` is the line or the number of the record, `source` tells one series of values from another."""

    place: int
    source: str
    moment: Moment
    weight_kg: float | None = None
    worst_pain: int | None = None

    @property
    def id(self) -> UUID:
        """The same for the same source and moment."""
        what = "weight" if self.weight_kg is not None else "pain"
        return uuid5(_NAMESPACE, f"{what}\n{self.source}\n{self.moment.at.astimezone(UTC).isoformat()}")

    def as_entry(self) -> dict[str, Any]:
        """The entry, as JSON has it."""
        value = {"weight_kg": self.weight_kg} if self.weight_kg is not None else {"worst_pain": self.worst_pain}
        return {
            "id": str(self.id),
            "date": self.moment.at.date().isoformat(),
            "recorded_at": self.moment.at.isoformat(),
            "time_zone": self.moment.zone,
            **value,
        }


def moment_of(written: str) -> Moment | None:
    """The moment in `2026-03-29`, `2026-03-29 07:15` or `2026-03-29T07:15:00.000+02:00`; None for anything else."""
    found = _MOMENT.fullmatch(written.strip())
    if found is None:
        return None
    try:
        day, clock = date.fromisoformat(found["date"]), time.fromisoformat(found["time"] or "00:00")
        zone = _zone_name(found["offset"])
        return Moment(datetime.combine(day, clock, time_zone(zone)), zone)
    except (ValueError, OverflowError):
        return None


def moment_in(at: datetime, zone: str) -> Moment | None:
    """The instant as clocks showed it in `zone`; None where there is no such zone."""
    try:
        return Moment(at.astimezone(time_zone(zone)), zone)
    except (ValueError, OverflowError):
        return None


def at_offset(at: datetime, seconds: int) -> Moment | None:
    """The instant as clocks showed it that were so far ahead of UTC."""
    return moment_in(at, offset_name(timedelta(seconds=seconds)))


def offset_name(ahead: timedelta) -> str:
    """Such as `+02:00`; to the minute."""
    minutes = abs(ahead) // _MINUTE
    return f"{'-' if ahead < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"


def kilograms(written: str, unit: str) -> float | None:
    """The weight; None where it is not a number. The unit is one of KILOGRAMS."""
    if _NUMBER.fullmatch(written.strip()) is None:
        return None
    return in_kilograms(float(written), unit)


def in_kilograms(value: float, unit: str) -> float | None:
    """The weight, with the decimals that are kept; None where it is not a number."""
    return round(value * KILOGRAMS[unit], 2) if isfinite(value) else None


def _zone_name(offset: str | None) -> str:
    if offset is None:
        return EARLIEST_ZONE
    return "UTC" if offset == "Z" else f"{offset[:3]}:{offset[-2:]}"
