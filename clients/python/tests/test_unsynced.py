"""Not synced for so long: nobody has been warned."""

from __future__ import annotations

from datetime import timedelta

from device import MORNING, device
from service import Service, offline


def test_two_days_with_something_on_this_device_only_are_said_once_and_again_after_two_more() -> None:
    alice = device(offline())
    alice.diary.record(worst_pain=3)
    for hours in (47, 48, 60, 95, 96):
        alice.now = MORNING + timedelta(hours=hours)
        alice.diary.sync()
    assert [(one.days, one.waiting, one.danger_sign) for one in alice.unsynced] == [(2, 1, False), (4, 1, False)]
    assert alice.unsynced[0].since == MORNING.isoformat()


def test_a_danger_sign_that_nobody_else_knows_of_is_said_after_an_hour() -> None:
    alice = device(offline())
    alice.diary.record(symptoms={"saddle_numbness": True})
    alice.now = MORNING + timedelta(hours=1)
    alice.diary.sync()
    assert [(one.days, one.waiting, one.danger_sign) for one in alice.unsynced] == [(0, 1, True)]


def test_it_is_said_at_the_start_of_an_app_that_was_not_opened_for_days() -> None:
    service = offline()
    store = device(service)
    store.diary.record(worst_pain=3)
    again = device(service, store.store)
    again.now = MORNING + timedelta(days=5)
    again.diary.open()
    assert [one.days for one in again.unsynced] == [5]


def test_nothing_is_said_once_everything_is_up() -> None:
    alice = device(Service())
    alice.diary.record(worst_pain=3)
    alice.diary.sync()
    alice.now = MORNING + timedelta(hours=100)
    alice.diary.sync()
    assert alice.unsynced == []
