"""Reminders to write in the diary: owed when the hour comes that someone chose, and once more when they ask for it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from django.db import transaction

from alerts.models import Courtesy
from diary.locks import hold_account
from diary.models import Patient, Preferences
from diary.reaching.local_time import local_date
from diary.reaching.pause import is_paused
from diary.reaching.preferences import PreferencesChange, change_preferences
from diary.reaching.reminders import WORTH, have_written, take_due_reminders

AT_ONCE: Final = 500
"""People taken in one transaction."""
LATER: Final = timedelta(hours=1)

Later = Literal["owed", "written", "over"]
"""What came of asking for one later today: it comes, today is written already, or that day is over."""


@transaction.atomic
def owe_reminders(*, now: datetime) -> int:
    """Owe a reminder to the first people whose hour it is; gives of how many that is settled now."""
    due = take_due_reminders(now=now, most=AT_ONCE)
    owed = [
        Courtesy(
            user_id=one.user_id,
            kind="reminder",
            occasion=one.day.isoformat(),
            created_at=now,
            due_at=now,
            until=one.due_at + WORTH,
        )
        for one in due
        if one.wanted
    ]
    Courtesy.objects.bulk_create(owed, ignore_conflicts=True)
    return len(due)


@transaction.atomic
def remind_later(*, reminder: Courtesy, now: datetime) -> Later:
    """Owe one more reminder in an hour, of the same day. Asked again it changes nothing."""
    day = date.fromisoformat(reminder.occasion)
    if hold_account(reminder.user_id) is None or local_date(user_id=reminder.user_id, now=now) != day:
        return "over"
    if not still_wanted([reminder], now=now):
        return "written"
    due_at = now + LATER
    Courtesy.objects.bulk_create(
        [
            Courtesy(
                user_id=reminder.user_id,
                kind="later",
                occasion=reminder.occasion,
                created_at=now,
                due_at=due_at,
                until=due_at + WORTH,
            )
        ],
        ignore_conflicts=True,
    )
    return "owed"


def stop_reminders(*, user_id: UUID, now: datetime) -> None:
    """The person wants none any more."""
    change = PreferencesChange(logging_reminder=None)
    change_preferences(user_id=user_id, given=change, expected=None, now=now)


def still_wanted(reminders: Sequence[Courtesy], *, now: datetime) -> set[UUID]:
    """Those whose person still wants reminders, has not paused them, and has written nothing about that day."""
    if not reminders:
        return set()
    users = [one.user_id for one in reminders]
    wants = set(Preferences.objects.filter(pk__in=users, reminder_at__isnull=False).values_list("pk", flat=True))
    paused = {one.user_id for one in Patient.objects.filter(user_id__in=users) if is_paused(one, now=now)}
    days = {one.user_id: date.fromisoformat(one.occasion) for one in reminders}
    written = have_written(days=days)
    return {
        one.pk
        for one in reminders
        if one.user_id in wants - paused and written.get(one.user_id) != date.fromisoformat(one.occasion)
    }


def is_wanted(*, user_id: UUID) -> bool:
    """Whether the person wants reminders."""
    return Preferences.objects.filter(pk=user_id, reminder_at__isnull=False).exists()


def later_of(reminder: Courtesy) -> Courtesy | None:
    """The one that was asked for later on the day of this, as long as it is to come."""
    later = Courtesy.objects.filter(user_id=reminder.user_id, kind="later", occasion=reminder.occasion)
    return later.filter(due_at__isnull=False).first()
