"""The service's own periodic tasks."""

from celery import shared_task
from django.utils import timezone

from backend.health import heartbeat_recorded
from backend.journal.relay import relay


@shared_task
def record_heartbeat() -> None:
    """Show that beat, broker and a worker are alive; health tells how long ago that was."""
    heartbeat_recorded(now=timezone.now())


@shared_task(expires=10)
def relay_journal() -> None:
    """Bring erasures, revocations and what was sent into the journal outside the database."""
    relay(now=timezone.now())
