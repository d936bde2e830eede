"""Somebody wants no more mail of one kind: of one tier, about one diary.

It silences nobody else, no other tier, no other diary and no other channel: what a mail was still to tell goes another
way, if the person left one.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from alerts.following import follow
from alerts.models import Delivery, Unsubscription
from alerts.outbox import drop
from alerts.routing import EMAIL
from diary.models import Patient


@transaction.atomic
def unsubscribe(*, delivery_id: UUID, tier: str, now: datetime) -> bool:
    """End the mails of a tier about a delivery's diary to its recipient; False when there is no such delivery.

    What is still owed of them is dropped. A second time changes nothing. The patient's row is locked, as where
    deliveries are owed, so that none slips in between. The tier is the one that the mail was about: the alert's may be
    higher by now.
    """
    delivery = _with_its_diary_locked(delivery_id)
    if delivery is None:
        return False
    Unsubscription.objects.get_or_create(
        patient_id=delivery.patient_id, user_id=delivery.recipient_id, tier=tier, defaults={"at": now}
    )
    owed = Delivery.objects.filter(
        patient_id=delivery.patient_id,
        recipient_id=delivery.recipient_id,
        alert__tier=tier,
        channel=EMAIL,
        state="owed",
    )
    for dropped in drop(owed, reason="unsubscribed"):
        follow(delivery_id=dropped.pk, now=now)
    return True


@transaction.atomic
def resubscribe(*, delivery_id: UUID, tier: str) -> bool:
    """Take it back: mails come again from the next telling on. False when there is no such delivery."""
    delivery = _with_its_diary_locked(delivery_id)
    if delivery is None:
        return False
    Unsubscription.objects.filter(patient_id=delivery.patient_id, user_id=delivery.recipient_id, tier=tier).delete()
    return True


def _with_its_diary_locked(delivery_id: UUID) -> Delivery | None:
    delivery = Delivery.objects.filter(pk=delivery_id).first()
    if delivery is not None:
        Patient.objects.select_for_update(no_key=True).filter(pk=delivery.patient_id).first()
    return delivery
