"""What quiet hours hold is looked at again when the person's clock changes: it goes out by day, where they are now."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from alerts.delivery.send import deliver
from alerts.delivery.turns import due_deliveries
from alerts.models import Delivery
from alerts.screening.diary import screen_diary
from diary.format.fields import Entry
from tests.alerts.diaries import nights_that_no_tablet_helped, write
from tests.cast import Person
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db
TOKYO, MADRID = "Asia/Tokyo", "Europe/Madrid"
HOUR = timedelta(hours=1)
Committed = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]


def written_in(zone: str, *, at: datetime) -> Entry:
    return Entry(id=uuid4(), date=at.astimezone(ZoneInfo(zone)).date(), recorded_at=at, time_zone=zone)


def screen(person: Person, now: datetime) -> None:
    screen_diary(patient_id=person.patient_id, now=now)


def deliver_all(now: datetime) -> list[str]:
    """What became of all that is due."""
    due = list(due_deliveries(now=now).values_list("pk", flat=True))
    for delivery in due:
        deliver(delivery_id=delivery, now=now)
    return list(Delivery.objects.filter(pk__in=due).values_list("state", flat=True))


def test_what_is_held_at_night_goes_out_when_the_day_begins_where_they_are_now(
    alice: Person, mailbox: MailReceiver, django_capture_on_commit_callbacks: Committed
) -> None:
    """Held at one in the morning at home; an hour later the phone wakes up where it is ten in the morning."""
    night = datetime(2026, 6, 30, 23, tzinfo=UTC)
    alice.patch("patients/me/profile", {"time_zone": MADRID})
    alice.patch("preferences", {"quiet_hours": {"start": "22:00", "end": "07:00"}})
    write(alice, *nights_that_no_tablet_helped(), now=night)
    screen(alice, night)
    assert deliver_all(night) == [] == mailbox.received
    with django_capture_on_commit_callbacks(execute=True):
        write(alice, written_in(TOKYO, at=night + HOUR), now=night + HOUR)
    deliver_all(night + HOUR)
    assert len(mailbox.received) == 1


def test_what_is_held_is_held_on_where_it_is_still_night(
    alice: Person, mailbox: MailReceiver, django_capture_on_commit_callbacks: Committed
) -> None:
    night = datetime(2026, 6, 30, 23, tzinfo=UTC)
    alice.patch("patients/me/profile", {"time_zone": MADRID})
    alice.patch("preferences", {"quiet_hours": {"start": "22:00", "end": "07:00"}})
    write(alice, *nights_that_no_tablet_helped(), now=night)
    screen(alice, night)
    with django_capture_on_commit_callbacks(execute=True):
        write(alice, written_in("Atlantic/Azores", at=night + 2 * HOUR), now=night + 2 * HOUR)
    deliver_all(night + 2 * HOUR)
    assert mailbox.received == []
    assert Delivery.objects.get().next_attempt_at == datetime(2026, 7, 1, 7, tzinfo=UTC), "seven on the Azores"
