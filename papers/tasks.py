"""What workers do for papers."""

from celery import shared_task
from django.utils import timezone

from papers.sharing import shares


@shared_task(expires=60)
def forget_shares() -> None:
    """Forget shared links that ended long ago."""
    shares.forget_ended(now=timezone.now())
