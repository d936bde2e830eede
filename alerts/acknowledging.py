"""Somebody has seen it: the alert is acknowledged for everyone, and nothing more is sent about it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from alerts.models import Alert
from alerts.telling import stop_telling
from diary.models import Patient


@transaction.atomic
def acknowledge(*, patient_id: UUID, alert_id: UUID, actor_id: UUID, now: datetime) -> Alert | None:
    """The alert, acknowledged; None when there is none.

    The first to acknowledge stays the one who did. One that is closed or withdrawn stays so. The patient's row is
    locked, as in the screening, so that an alert is not raised and acknowledged at once.
    """
    Patient.objects.select_for_update(no_key=True).filter(pk=patient_id).first()
    alert = Alert.objects.filter(patient_id=patient_id, pk=alert_id).first()
    if alert is None or alert.state != "open":
        return alert
    alert.state = "acknowledged"
    alert.acknowledged_by_id, alert.acknowledged_at = actor_id, now
    alert.save(update_fields=["state", "acknowledged_by", "acknowledged_at"])
    stop_telling(alert=alert, now=now)
    return alert
