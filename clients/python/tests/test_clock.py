"""The date is the one on the wall where the person is."""

from __future__ import annotations

from datetime import datetime, timezone
from zoneinfo import ZoneInfoNotFoundError

import pytest
from device import device
from service import Service

from symptom_diary_client import in_kilograms, in_pounds, local_moment, new_id


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("zone", "date"),
    [
        ("Europe/Madrid", "2026-03-02"),
        ("America/Lima", "2026-03-01"),
        ("Pacific/Kiritimati", "2026-03-02"),
        ("Pacific/Pago_Pago", "2026-03-01"),
        ("+05:30", "2026-03-02"),
        ("-03:00", "2026-03-01"),
    ],
)
def test_half_an_hour_before_midnight_at_greenwich(zone: str, date: str) -> None:
    assert local_moment(at("2026-03-01T23:30:00"), zone)["date"] == date


def test_the_instant_carries_the_offset_of_that_wall_clock() -> None:
    assert local_moment(at("2026-07-01T06:00:00"), "Asia/Kathmandu")["recorded_at"] == "2026-07-01T11:45:00+05:45"


def test_when_the_clocks_go_forward_and_back_instants_stay_apart_and_in_order() -> None:
    instants = ("2026-03-29T00:59:00", "2026-03-29T01:00:00", "2026-10-25T00:30:00", "2026-10-25T01:30:00")
    assert [local_moment(at(instant), "Europe/Madrid")["recorded_at"] for instant in instants] == [
        "2026-03-29T01:59:00+01:00",
        "2026-03-29T03:00:00+02:00",
        "2026-10-25T02:30:00+02:00",
        "2026-10-25T02:30:00+01:00",
    ]


def test_a_gateway_records_the_date_where_the_person_is() -> None:
    alice = device(Service(), time_zone="Pacific/Kiritimati")
    alice.now = at("2026-03-01T23:30:00")
    entry = alice.diary.record().content
    assert (entry["date"], entry["time_zone"]) == ("2026-03-02", "Pacific/Kiritimati")


def test_a_zone_that_is_not_known_here_is_said_at_the_start() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        device(Service(), time_zone="Europe/Madird")


def test_pounds_come_back_as_they_were_entered() -> None:
    assert all(in_pounds(in_kilograms(tenths / 10)) == tenths / 10 for tenths in range(900, 4000))


def test_ids_made_later_sort_later() -> None:
    first, second = new_id(at("2026-03-01T08:00:00")), new_id(at("2026-03-01T08:00:01"))
    assert first < second
    assert (first[14], first[19] in "89ab") == ("7", True)
    assert len({new_id() for _ in range(1000)}) == 1000
