"""Quiet hours are what the clock on the wall shows, in the person's own zone, across clock changes."""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from diary.reaching.quiet_times import QuietTime, quiet_times
from tests.alerts.diaries import NOON
from tests.cast import Person

ZONES: Final = ("Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC")
BERLIN: Final = ZoneInfo("Europe/Berlin")
NIGHT: Final = QuietTime(time(22), time(7), BERLIN)

times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
instants = st.integers(0, 366 * 24 * 60).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "released"),
    [
        ("2026-06-01T21:59", "2026-06-01T21:59"),
        ("2026-06-01T22:00", "2026-06-02T07:00"),
        ("2026-06-02T03:00", "2026-06-02T07:00"),
        ("2026-06-02T06:59", "2026-06-02T07:00"),
        ("2026-06-02T07:00", "2026-06-02T07:00"),
        ("2026-03-28T23:00", "2026-03-29T07:00"),  # an hour shorter: clocks go forward at two
        ("2026-10-24T23:00", "2026-10-25T07:00"),  # an hour longer
    ],
)
def test_a_night_ends_when_the_clock_says_so(now: str, released: str) -> None:
    assert NIGHT.released_at(berlin(now)) == berlin(released)


def test_an_end_that_the_clocks_show_twice_counts_both_times() -> None:
    short_night = QuietTime(time(22), time(2, 30), BERLIN)
    first, second = berlin("2026-10-25T02:30"), berlin("2026-10-25T02:30", fold=1)
    assert short_night.released_at(berlin("2026-10-25T01:00")) == first
    assert short_night.released_at(berlin("2026-10-25T02:10", fold=1)) == second
    assert second - first == timedelta(hours=1)


def test_an_end_that_the_clocks_skip_comes_as_late_as_without_the_change() -> None:
    assert QuietTime(time(22), time(2, 30), BERLIN).released_at(berlin("2026-03-29T01:00")) == berlin(
        "2026-03-29T03:30"
    )


@given(instants, times, times, st.sampled_from(ZONES))
def test_what_is_released_is_outside_and_never_later_than_it_must(
    now: datetime, start: time, end: time, zone: str
) -> None:
    assume(start != end)
    quiet = QuietTime(start, end, ZoneInfo(zone))
    released = quiet.released_at(now)
    assert released >= now
    assert not quiet.holds(released)
    if released.astimezone(quiet.zone).time() == end:  # the clocks did not skip it
        minutes = int((released - now).total_seconds() // 60)
        assert all(quiet.holds(now + timedelta(minutes=minute)) for minute in range(0, minutes, 7))


@pytest.mark.django_db
def test_only_who_asked_for_quiet_hours_has_some(alice: Person, bob: Person) -> None:
    bob.patch("preferences", {"quiet_hours": {"start": "22:00", "end": "07:00"}})
    assert quiet_times(user_ids=[alice.id, bob.id]) == {bob.id: QuietTime(time(22), time(7), ZoneInfo("UTC"))}
    assert quiet_times(user_ids=[alice.id]) == {}
    assert not quiet_times(user_ids=[bob.id])[bob.id].holds(NOON)
