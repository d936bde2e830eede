"""What became of a message after it was sent, as reported by its recipient's app or their own tap."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import DateTimeField, Q, Value
from django.db.models.functions import Coalesce

from alerts.models import Delivery

ReceiptStatus = Literal["delivered", "opened"]


def record_receipt(
    *, patient_id: UUID, alert_id: UUID, delivery_id: UUID, recipient_id: UUID, status: ReceiptStatus, now: datetime
) -> bool:
    """Note that a message arrived, or was opened, which is to arrive too; what was noted first stays.

    It holds for every alert in the message. One that was opened need not be followed by another channel. False when
    the recipient was sent no such message about the alert.
    """
    theirs = Delivery.objects.filter(patient_id=patient_id, recipient_id=recipient_id, attempts__gte=1)
    named = theirs.filter(Q(pk=delivery_id) | Q(message=delivery_id), alert_id=alert_id)
    sent = theirs.filter(message__in=named.values("message"))
    facts: dict[str, Any] = {"delivered_at": _first("delivered_at", now)}
    if status == "opened":
        facts |= {"opened_at": _first("opened_at", now), "follow_up_at": None}
    return sent.update(**facts) > 0


def _first(fact: str, now: datetime) -> Coalesce:
    return Coalesce(fact, Value(now, output_field=DateTimeField()))
