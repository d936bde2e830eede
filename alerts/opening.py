"""An alert opened through the link in a message, without signing in: as far as its recipient's consent goes now.

The link stands for the person that the message was sent to. Looking marks nothing, since programs that check mail look
at every link in it; the access log says that it was looked at through a link, and not by whom.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from alerts.acknowledging import acknowledge
from alerts.models import Alert, Delivery
from alerts.presenting import ShownAlert, presented
from alerts.receipts import record_receipt
from diary.access import require
from diary.access_log import Line, note
from diary.models import Patient
from diary.problems import not_found


@dataclass(frozen=True, slots=True)
class Opened:
    """The alert as its reader may see it; `whose` is the patient's name, None for the patient."""

    reader_id: UUID
    whose: str | None
    alert: ShownAlert


def alert_behind(*, delivery_id: UUID, noted: bool, now: datetime) -> Opened:
    """What a delivery's recipient may see of its alert, `noted` in the access log. Raises Problem 404."""
    delivery = _delivery(delivery_id)
    line = Line("read", "alert-link", delivery.alert_id) if noted else None
    access = require(actor_id=delivery.recipient_id, patient=delivery.patient_id, level="alerts", line=line, now=now)
    alert = Alert.objects.select_related("acknowledged_by", "outcome_by").get(pk=delivery.alert_id)
    patient = Patient.objects.select_related("user").get(pk=access.patient_id)
    (shown,) = presented([alert], patient=patient, reader_id=access.actor_id, level=access.level, now=now)
    return Opened(access.actor_id, None if access.level == "own" else patient.user.get_full_name(), shown)


@transaction.atomic
def confirm_seen(*, delivery_id: UUID, now: datetime) -> None:
    """The recipient says "I have seen it": acknowledged for everyone, and the delivery was opened.

    A second time changes nothing. Raises Problem 404 for who may not see the alert any more.
    """
    delivery = _delivery(delivery_id)
    actor_id, patient_id, alert_id = delivery.recipient_id, delivery.patient_id, delivery.alert_id
    require(actor_id=actor_id, patient=patient_id, level="alerts", line=None, now=now)
    alert = acknowledge(patient_id=patient_id, alert_id=alert_id, actor_id=actor_id, now=now)
    if alert is not None and (alert.acknowledged_by_id, alert.acknowledged_at) == (actor_id, now):
        note(Line("acknowledged", "alert", alert_id), patient_id=patient_id, actor_id=actor_id, at=now)
    record_receipt(
        patient_id=patient_id,
        alert_id=alert_id,
        delivery_id=delivery_id,
        recipient_id=actor_id,
        status="opened",
        now=now,
    )


def _delivery(delivery_id: UUID) -> Delivery:
    delivery = Delivery.objects.filter(pk=delivery_id).first()
    if delivery is None:
        raise not_found()
    return delivery
