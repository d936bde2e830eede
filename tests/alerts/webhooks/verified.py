"""Webhooks that have proved that they want to be called."""

from datetime import datetime
from uuid import uuid4

from django.utils import timezone

from alerts.delivery.verify_webhook import verify
from alerts.models import Webhook as Row
from alerts.webhooks.registering import Webhook, put_webhook
from tests.alerts.diaries import NOON
from tests.cast import Person


def registered(person: Person, url: str) -> str:
    """One that answered its challenge; gives its secret."""
    content = Webhook(id=uuid4(), url=url)
    _, stored = put_webhook(user_id=person.id, webhook_id=content.id, content=content, expected=None, now=NOON)
    assert stored
    assert stored.secret
    verify(key=stored.row.key, now=NOON)
    assert Row.objects.get(key=stored.row.key).state == "active"
    return stored.secret


def active_webhook(person: Person, url: str, *, now: datetime | None = None) -> None:
    """As if it had answered its challenge."""
    now = now or timezone.now()
    content = Webhook(id=uuid4(), url=url)
    put_webhook(user_id=person.id, webhook_id=content.id, content=content, expected=None, now=now)
    Row.objects.filter(id=content.id).update(state="active", verified_at=now, verify_due_at=None)
