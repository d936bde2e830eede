"""What follows when a person's clock changes: they are elsewhere, or sleep at other times."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from diary.locks import hold_account
from diary.models import LocalZone
from diary.problems import not_found
from diary.reaching.reminders import plan_reminder
from diary.screening_port import screening


@transaction.atomic
def say_where(*, user_id: UUID, zone: str, now: datetime) -> None:
    """The person says in which zone they are now. Raises Problem 404 for an account that is gone."""
    if hold_account(user_id) is None:
        raise not_found()
    heard_from(user_id=user_id, zone=zone, now=now)


def heard_from(*, user_id: UUID, zone: str, now: datetime) -> None:
    """A device or an entry of the person's own told the zone, just now. What was told before is forgotten."""
    if LocalZone.objects.filter(pk=user_id, name=zone).exists():
        return
    row = LocalZone(user_id=user_id, name=zone, since=now)
    LocalZone.objects.bulk_create([row], update_conflicts=True, unique_fields=["user"], update_fields=["name", "since"])
    clock_changed(user_id=user_id, now=now)


def clock_changed(*, user_id: UUID, now: datetime) -> None:
    """The next reminder moves; after the commit, what is held for the person's quiet hours is looked at again."""
    plan_reminder(user_id=user_id, now=now)
    look_again(user_id=user_id, now=now)


def look_again(*, user_id: UUID, now: datetime) -> None:
    """After the commit: what waits for the person's quiet hours may not have to any more."""
    transaction.on_commit(partial(screening().look_again, user_id=user_id, now=now), robust=True)
