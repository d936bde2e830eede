"""The service's own periodic task."""

from celery import shared_task
from django.utils import timezone

from backend.health import heartbeat_recorded


@shared_task
def record_heartbeat() -> None:
    """Show that beat, broker and a worker are alive; health tells how long ago that was."""
    heartbeat_recorded(now=timezone.now())
