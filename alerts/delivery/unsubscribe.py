"""Someone wants no more mail of one kind: of one tier that can wait, about one diary.

It silences no one else, no other tier, no other diary and no other channel: what a mail was still to tell goes another
way, if the person left one. Their preferences show it and take it back (`diary.unsubscribed_port`).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from alerts.delivery.next_channel import follow
from alerts.delivery.outbox import drop
from alerts.delivery.routes import EMAIL
from alerts.delivery.unsubscribed import unsubscribed_from_mail
from alerts.locks import hold_alerts
from alerts.models import Alert, Delivery, Unsubscription
from alerts.models.delivery import named_by
from alerts.rules.tiers import Tier
from diary.locks import hold_account, hold_diary
from diary.models import Caregiver
from diary.problems import not_found
from diary.reaching.preferences import count_change


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
    delivery = named_by(delivery_id).select_related("patient__user").first()
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
    """End the mails of a tier that can wait, about a delivery's diary to its recipient. Again changes nothing.

    What is still owed of them is dropped. The tier is the one that the mail was about: the alert's may be higher by
    now. Raises Problem 404 when there is no such delivery, and IntegrityError for a tier that is pressing.
    """
    delivery = _locked(delivery_id)
    _, ended = Unsubscription.objects.get_or_create(
        patient_id=delivery.patient_id, user_id=delivery.recipient_id, tier=tier, defaults={"at": now}
    )
    if ended:
        count_change(user_id=delivery.recipient_id)
    owed = Delivery.objects.filter(
        patient_id=delivery.patient_id,
        recipient_id=delivery.recipient_id,
        alert__tier=tier,
        channel=EMAIL,
        state="owed",
    )
    hold_alerts(Alert.objects.filter(deliveries__in=owed).distinct())
    for dropped in drop(owed, reason="unsubscribed"):
        follow(delivery_id=dropped.pk, now=now)


@transaction.atomic
def resubscribe(*, delivery_id: UUID, tier: Tier) -> None:
    """Take it back: mails come again from the next telling on. Raises Problem 404 when there is no such delivery."""
    delivery = _locked(delivery_id)
    mine = Unsubscription.objects.filter(patient_id=delivery.patient_id, user_id=delivery.recipient_id, tier=tier)
    if mine.delete()[0]:
        count_change(user_id=delivery.recipient_id)


def _locked(delivery_id: UUID) -> Delivery:
    """The delivery, with the rows of its recipient and its patient held.

    So no change of the preferences and no new delivery slips in between.
    """
    delivery = named_by(delivery_id).first()
    if delivery is None:
        raise not_found()
    hold_account(delivery.recipient_id)
    hold_diary(delivery.patient_id)
    return delivery
