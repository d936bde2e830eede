"""Somebody wants no more mail of one kind: of one tier, about one diary.

It silences nobody else, no other tier, no other diary and no other channel: what a mail was still to tell goes another
way, if the person left one.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from alerts.following import follow
from alerts.models import Delivery, Unsubscription
from alerts.outbox import drop
from alerts.routing import EMAIL
from alerts.rules.tiers import Tier
from alerts.unwanted_mail import UNSUBSCRIBED, unsubscribed_from_mail
from diary.models import Caregiver, Patient
from diary.problems import not_found


@dataclass(frozen=True, slots=True)
class Subscription:
    """Mails of one tier about one diary to one person, and whether they are `ended`.

    `sees_whose` tells whether the person may (still) know whose diary it is; `whose` is the name, None for their own.
    """

    user_id: UUID
    tier: Tier
    sees_whose: bool
    whose: str | None
    ended: bool


def subscription(*, delivery_id: UUID, tier: Tier) -> Subscription:
    """What a delivery's recipient may end or take back. Raises Problem 404 when there is no such delivery."""
    delivery = Delivery.objects.select_related("patient__user").filter(pk=delivery_id).first()
    if delivery is None:
        raise not_found()
    user_id, patient = delivery.recipient_id, delivery.patient
    own = patient.user_id == user_id
    return Subscription(
        user_id=user_id,
        tier=tier,
        sees_whose=own or Caregiver.objects.filter(patient=patient, user_id=user_id, state="accepted").exists(),
        whose=None if own else patient.user.get_full_name(),
        ended=user_id in unsubscribed_from_mail(patient_id=patient.pk, tier=tier, user_ids=[user_id]),
    )


@transaction.atomic
def unsubscribe(*, delivery_id: UUID, tier: Tier, now: datetime) -> None:
    """End the mails of a tier about a delivery's diary to its recipient. A second time changes nothing.

    What is still owed of them is dropped. The tier is the one that the mail was about: the alert's may be higher by
    now. Raises Problem 404 when there is no such delivery.
    """
    delivery = _with_its_diary_locked(delivery_id)
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
    for dropped in drop(owed, reason=UNSUBSCRIBED):
        follow(delivery_id=dropped.pk, now=now)


@transaction.atomic
def resubscribe(*, delivery_id: UUID, tier: Tier) -> None:
    """Take it back: mails come again from the next telling on. Raises Problem 404 when there is no such delivery."""
    delivery = _with_its_diary_locked(delivery_id)
    Unsubscription.objects.filter(patient_id=delivery.patient_id, user_id=delivery.recipient_id, tier=tier).delete()


def _with_its_diary_locked(delivery_id: UUID) -> Delivery:
    """The patient's row is locked as where deliveries are owed, so that none slips in between."""
    delivery = Delivery.objects.filter(pk=delivery_id).first()
    if delivery is None:
        raise not_found()
    Patient.objects.select_for_update(no_key=True).filter(pk=delivery.patient_id).first()
    return delivery
