"""Days are the person's own: clock changes, date lines, odd offsets, leap days."""

import pytest

from tests.cast import Person
from tests.diary.recordings import entry


@pytest.mark.parametrize(
    ("date", "recorded_at", "zone"),
    [
        ("2026-03-29", "2026-03-29T02:30:00+01:00", "Europe/Madrid"),  # an hour that the clock skips
        ("2026-10-25", "2026-10-25T02:30:00+02:00", "Europe/Madrid"),  # one that it shows twice
        ("2026-10-25", "2026-10-25T02:30:00+01:00", "Europe/Madrid"),
        ("2024-02-29", "2024-02-29T23:59:59+13:45", "Pacific/Chatham"),
        ("2025-12-31", "2026-01-01T00:10:00+05:45", "Asia/Kathmandu"),
        ("2026-06-01", "2026-06-01T00:30:00+14:00", "Pacific/Kiritimati"),
        ("2026-06-01", "2026-05-31T23:30:00-11:00", "Pacific/Pago_Pago"),
        ("2011-12-31", "2011-12-31T08:00:00+14:00", "Pacific/Apia"),  # the day after one that never was
        ("2011-12-30", "2011-12-30T08:00:00+14:00", "Pacific/Apia"),
    ],
)
def test_the_day_the_instant_its_offset_and_the_zone_come_back_as_written(
    alice: Person, date: str, recorded_at: str, zone: str
) -> None:
    sent = entry(date=date, recorded_at=recorded_at, time_zone=zone)
    assert alice.put(f"patients/me/entries/{sent['id']}", sent).status == 201
    read = alice.get(f"patients/me/entries/{sent['id']}").body
    assert (read["date"], read["recorded_at"], read["time_zone"]) == (date, recorded_at, zone)
    assert read["clock_skew_seconds"] is None
