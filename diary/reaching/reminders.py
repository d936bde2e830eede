"""Reminders to write: at an hour of the clock on the wall where the person is, on the weekdays that they chose.

The next one is a stored instant, moved whenever the wish or the clock changes. An hour that the clocks skip in spring
comes as late as it would have come without the change; of one that they show twice in autumn the first counts.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from diary.format.fields import FOR_GOOD
from diary.format.time_zones import time_zone
from diary.models import Entry, Patient, Preferences, ReminderPlan
from diary.models.reminder_plan import MOST_UNANSWERED
from diary.reaching.local_time import zone_names_of, zone_of

WORTH: Final = timedelta(hours=2)
"""A reminder that could not go out for so long is left out: one at night helps no one."""
_DAYS_AHEAD: Final = 8
"""Today's hour may be over: then the same weekday is a week away."""


@dataclass(frozen=True, slots=True)
class Due:
    """Someone whose hour it is: on their `day`, since `due_at`. `wanted`: in time, and they have not written."""

    user_id: UUID
    day: date
    due_at: datetime
    wanted: bool


def next_reminder(
    *, at: time, weekdays: Collection[int], zone: tzinfo, after: datetime, first_day: date | None = None
) -> datetime | None:
    """The first instant after `after` at which the clock of `zone` shows `at` on one of the ISO weekdays.

    Not before the date `first_day`. None without a weekday.
    """
    today = after.astimezone(zone).date()
    start = max(today, first_day or today)
    for ahead in range(_DAYS_AHEAD):
        day = start + timedelta(days=ahead)
        instant = datetime.combine(day, at, zone).astimezone(UTC)
        if day.isoweekday() in weekdays and instant > after:
            return instant
    return None


def want_reminders(*, user_id: UUID, wanted: bool, now: datetime) -> None:
    """Begin anew with reminders as the preferences now say, or end them. The caller holds the account."""
    if not wanted:
        ReminderPlan.objects.filter(pk=user_id).delete()
        return
    ReminderPlan.objects.get_or_create(pk=user_id)
    ReminderPlan.objects.filter(pk=user_id).update(unanswered=0)
    plan_reminder(user_id=user_id, now=now)


def plan_reminder(*, user_id: UUID, now: datetime) -> None:
    """The clock or the wish changed: the next reminder is due when it now says."""
    for plan in _held(ReminderPlan.objects.filter(pk=user_id)):
        plan.due_at = _next(plan, zone_of(user_id=user_id), _wish(user_id), _paused_until(user_id), now)
        plan.save(update_fields=["due_at"])


def answer_reminders(*, user_id: UUID, now: datetime) -> None:
    """The person has written."""
    for plan in _held(ReminderPlan.objects.filter(pk=user_id, unanswered__gt=0)):
        silent = plan.unanswered == MOST_UNANSWERED
        plan.unanswered = 0
        if silent:
            plan.due_at = _next(plan, zone_of(user_id=user_id), _wish(user_id), _paused_until(user_id), now)
        plan.save(update_fields=["unanswered", "due_at"])


def take_due_reminders(*, now: datetime, most: int) -> list[Due]:
    """Up to `most` people whose hour it is and whom no one else has in hand; what follows for them is planned.

    Those of whom a reminder is `wanted` are counted as reminded: the caller owes it to them in the same transaction.
    """
    due_now = ReminderPlan.objects.filter(due_at__lte=now).order_by("due_at")
    plans = list(due_now.select_for_update(no_key=True, of=("self",), skip_locked=True)[:most])
    if not plans:
        return []
    users = [plan.pk for plan in plans]
    zones = {user: time_zone(name) for user, name in zone_names_of(user_ids=users).items()}
    wishes = {row.pk: row for row in Preferences.objects.filter(pk__in=users)}
    days = {plan.pk: (plan.due_at or now).astimezone(zones[plan.pk]).date() for plan in plans}
    written = have_written(days=days)
    paused = dict(Patient.objects.filter(user_id__in=users).values_list("user_id", "paused_until"))
    due = []
    for plan in plans:
        due_at = plan.due_at or now
        wanted = now - due_at <= WORTH and days[plan.pk] not in (plan.last_day, written.get(plan.pk))
        if wanted:
            plan.unanswered, plan.last_day = plan.unanswered + 1, days[plan.pk]
        plan.due_at = _next(plan, zones[plan.pk], wishes.get(plan.pk), paused.get(plan.pk), now)
        due.append(Due(plan.pk, days[plan.pk], due_at, wanted))
    ReminderPlan.objects.bulk_update(plans, ["due_at", "unanswered", "last_day"])
    return due


def have_written(*, days: dict[UUID, date]) -> dict[UUID, date]:
    """Those of these people in whose diary there is an entry about the date named beside them, with the date."""
    diaries = dict(Patient.objects.filter(user_id__in=days).values_list("pk", "user_id"))
    entries = Entry.objects.filter(patient_id__in=diaries, date__in=set(days.values()), deleted=False)
    found = {(diaries[patient], day) for patient, day in entries.values_list("patient_id", "date")}
    return {user: day for user, day in days.items() if (user, day) in found}


def _next(
    plan: ReminderPlan, zone: tzinfo, wish: Preferences | None, paused_until: date | None, now: datetime
) -> datetime | None:
    """When the next one is due; None for who wants none, and while there is silence or a pause for good."""
    if wish is None or wish.reminder_at is None or plan.unanswered >= MOST_UNANSWERED or paused_until == FOR_GOOD:
        return None
    tomorrow = None if plan.last_day is None else plan.last_day + timedelta(days=1)
    return next_reminder(
        at=wish.reminder_at,
        weekdays=wish.reminder_weekdays or (),
        zone=zone,
        after=now,
        first_day=max(filter(None, [tomorrow, paused_until]), default=None),
    )


def _paused_until(user_id: UUID) -> date | None:
    return Patient.objects.filter(user_id=user_id).values_list("paused_until", flat=True).first()


def _wish(user_id: UUID) -> Preferences | None:
    return Preferences.objects.filter(pk=user_id).first()


def _held(plans: QuerySet[ReminderPlan]) -> Sequence[ReminderPlan]:
    return list(plans.select_for_update(no_key=True, of=("self",)))
