"""Having read an alert: it ends the reader's own repeats, and no one else's.

Reading takes nothing on. When everyone has read it and no one took it on, the next round goes to all of them again; so
does one that says something new.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from alerts.delivery.outbox import drop
from alerts.delivery.recipients import Recipient, recipients_of
from alerts.models import Alert
from alerts.responses import respond
from diary.locks import hold_diary


@transaction.atomic
def mark_read(*, patient_id: UUID, alert_id: UUID, reader_id: UUID, now: datetime) -> Alert | None:
    """The alert, read by this person; None when there is none. A second time since it was opened changes nothing."""
    hold_diary(patient_id)
    alert = Alert.objects.filter(patient_id=patient_id, pk=alert_id).first()
    if alert is None or alert.state != "open" or reader_id in readers(alert):
        return alert
    respond(alert, "read", reader_id, now)
    mine = alert.deliveries.filter(recipient_id=reader_id)
    drop(mine.filter(state="owed").exclude(step="withdrawn"), reason="read")
    mine.update(follow_up_at=None)
    return alert


def still_to_hear(alert: Alert, recipients: Sequence[Recipient] | None) -> list[Recipient]:
    """Of those meant (None: everyone) the ones who have not read it; all of them once everyone has."""
    everyone = recipients_of(alert.patient_id)
    meant = everyone if recipients is None else list(recipients)
    read = readers(alert)
    if all(one.user_id in read for one in everyone):
        return meant
    return [one for one in meant if one.user_id not in read]


def readers(alert: Alert) -> set[UUID]:
    """Who has read it since it was last sent as news, which begins its rounds again."""
    told = alert.steps.filter(step="told").aggregate(last=Max("taken_at"))["last"]
    responses = alert.responses.filter(word="read", user__isnull=False, at__gte=told or alert.opened_at)
    return {user for user in responses.values_list("user_id", flat=True) if user is not None}
