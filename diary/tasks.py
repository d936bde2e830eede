"""What Celery runs for the diary: ids in, the clock read, and one call each. Every task is safe when run twice."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from diary.access import invitations as inviting
from diary.access import refusals
from diary.account import retention
from diary.identity.addresses import sweep_unproved
from diary.identity.factors import lost_factors
from diary.identity.flows import undoing
from diary.identity.sessions import SessionStore
from diary.recording.imports import accept
from diary.recording.imports import work as importing


@shared_task
def mail_invitation(caregiver_id: str) -> None:
    """Send one invitation, if its mail is due."""
    inviting.mail_invitation(caregiver_id=UUID(caregiver_id), now=timezone.now())


@shared_task(expires=60)
def sweep_invitations() -> None:
    """Have every invitation sent that a lost message or a failed attempt left due."""
    for caregiver_id in inviting.owed(now=timezone.now()):
        inviting.nudge(caregiver_id)


@shared_task
def work_import(import_id: str) -> None:
    """Store or take back rows of one import, if it is due."""
    importing.work(import_id=UUID(import_id), now=timezone.now())


@shared_task(expires=60)
def sweep_imports() -> None:
    """Nudge for every import that a lost message or a worker that died left unfinished."""
    now = timezone.now()
    accept.forget_left_behind(now=now)
    for import_id in importing.due(now=now):
        importing.nudge(import_id)


@shared_task(expires=60)
def forget_strangers() -> None:
    """Forget the addresses of people who were invited and never accepted."""
    refusals.forget_strangers(now=timezone.now())


@shared_task(expires=60)
def keep_no_longer() -> None:
    """Remove what has done its work and is old, once an hour."""
    retention.keep_no_longer(now=timezone.now())


@shared_task(expires=60)
def sweep_sessions() -> None:
    """Remove what has expired: sessions, ways back that open nothing any more, accounts that proved no address."""
    SessionStore.clear_expired()
    undoing.forget_expired(now=timezone.now())
    sweep_unproved(now=timezone.now())


@shared_task(expires=60)
def sweep_factor_removals() -> None:
    """Take second factors off the accounts whose owners had time to object."""
    lost_factors.remove_due(now=timezone.now())
