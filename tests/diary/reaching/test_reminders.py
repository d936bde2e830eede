"""The next reminder is an instant at which the wall shows the hour, across clock changes and the date line."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.reaching.reminders import next_reminder

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC")


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("hour", "after", "then"),
    [
        ("20:00", "2026-06-01T19:59", "2026-06-01T20:00"),
        ("20:00", "2026-06-01T20:00", "2026-06-02T20:00"),
        ("00:00", "2026-06-01T23:59", "2026-06-02T00:00"),
        ("20:00", "2026-03-28T20:00", "2026-03-29T20:00"),  # 23 hours later
        ("20:00", "2026-10-24T20:00", "2026-10-25T20:00"),  # 25 hours later
        ("02:30", "2026-03-28T12:00", "2026-03-29T03:30"),  # the hour that there is not
        ("02:30", "2026-03-29T03:30", "2026-03-30T02:30"),
    ],
)
def test_it_is_when_the_clock_says_so(hour: str, after: str, then: str) -> None:
    given_ = {"at": time.fromisoformat(hour), "weekdays": EVERY_DAY, "zone": BERLIN}
    assert next_reminder(after=at(after), **given_) == at(then)  # type: ignore[arg-type]


def test_of_an_hour_that_there_is_twice_the_first_counts_and_not_the_second() -> None:
    given_ = {"at": time(2, 30), "weekdays": EVERY_DAY, "zone": BERLIN}
    first = next_reminder(after=at("2026-10-24T12:00"), **given_)  # type: ignore[arg-type]
    assert first == at("2026-10-25T02:30")
    assert next_reminder(after=at("2026-10-25T02:30"), **given_) == at("2026-10-26T02:30")  # type: ignore[arg-type]


@pytest.mark.parametrize(("weekday", "days"), [(1, 7), (2, 1), (7, 6)])
def test_it_is_on_a_day_that_was_chosen_and_a_week_ahead_once_todays_hour_is_over(weekday: int, days: int) -> None:
    monday = at("2026-06-01T20:30")
    found = next_reminder(at=time(20), weekdays=[weekday], zone=BERLIN, after=monday)
    assert found == at("2026-06-01T20:00") + timedelta(days=days)


def test_it_is_not_before_the_first_day_that_it_may_be() -> None:
    wish = {"at": time(20), "weekdays": [1], "zone": BERLIN, "after": at("2026-06-01T10:00")}
    assert next_reminder(first_day=date(2026, 6, 2), **wish) == at("2026-06-08T20:00")  # type: ignore[arg-type]


@given(
    st.integers(0, 366 * 24 * 60).map(lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59])),
    st.sampled_from([frozenset({1}), frozenset({2, 7}), frozenset({3, 4, 5}), frozenset(EVERY_DAY)]),
    st.sampled_from(ZONES),
)
def test_it_is_ahead_within_eight_days_and_shows_the_hour_or_what_the_clocks_made_of_it(
    after: datetime, hour: time, weekdays: frozenset[int], zone: str
) -> None:
    found = next_reminder(at=hour, weekdays=weekdays, zone=ZoneInfo(zone), after=after)
    assert found is not None
    assert timedelta() < found - after <= timedelta(days=8, hours=1)
    shown = found.astimezone(ZoneInfo(zone))
    assert shown.isoweekday() in weekdays
    late = datetime.combine(date.min, shown.time()) - datetime.combine(date.min, hour)
    assert late in (timedelta(), timedelta(minutes=30), timedelta(hours=1))
