"""Zones as phones name them: IANA's, old names among them, and offsets."""

from datetime import UTC, datetime, timedelta

import pytest

from diary.format.time_zones import is_time_zone, time_zone

SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("Europe/Madrid", 2),
        ("Asia/Calcutta", 5.5),
        ("US/Pacific", -7),
        ("UTC", 0),
        ("GMT+0", 0),
        ("Etc/GMT+2", -2),
        ("+02:00", 2),
        ("-03:30", -3.5),
        ("GMT+2", 2),
        ("GMT+02:00", 2),
        ("UTC+02:00", 2),
        ("UTC-11", -11),
        ("GMT+0530", 5.5),
        ("+14:00", 14),
        ("-12:00", -12),
    ],
)
def test_a_zone_is_as_far_from_utc_as_its_name_says(name: str, hours: float) -> None:
    assert is_time_zone(name)
    assert SUMMER.astimezone(time_zone(name)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "02:00",
        "+14:01",
        "-12:30",
        "+2:60",
        "GMT 2",
        "UTC+",
        "+٠٢:٠٠",
        "+02:00\n",
        "Z",
        "localtime",
        "Factory",
    ],
)
def test_other_names_are_none(name: str) -> None:
    assert not is_time_zone(name)
    with pytest.raises(ValueError, match="not a"):
        time_zone(name)
