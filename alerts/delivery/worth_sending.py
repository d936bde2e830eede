"""Whether a delivery is still worth sending: looked at when it would be sent, not when it came to be owed."""

from datetime import datetime

from alerts.delivery.outbox import DROPPED_AS, MAY_BE_TOLD, SENT_WHILE
from alerts.delivery.routes import EMAIL
from alerts.delivery.turns import turns_to_the_same
from alerts.delivery.unsubscribed import unsubscribed_from_mail
from alerts.models import Delivery
from alerts.models.delivery import DropReason
from alerts.rules.tiers import Tier
from diary.reaching.pause import is_paused


def reason_to_drop(delivery: Delivery, *, now: datetime) -> DropReason | None:
    """Why nothing is sent any more; None while it is worth sending."""
    if not _consents(delivery):
        return "no_consent"
    if delivery.alert.state not in SENT_WHILE[delivery.step]:
        return DROPPED_AS[delivery.alert.state]
    if can_pause(Tier(delivery.alert.tier), delivery.step) and is_paused(delivery.alert.patient, now=now):
        return "paused"
    if delivery.channel == EMAIL and _unsubscribed(delivery):
        return "unsubscribed"
    turns = turns_to_the_same(delivery)
    if turns.filter(turn__gt=delivery.turn).exists():
        return "superseded"
    return "never_told" if _is_about_nothing(delivery) else None


def can_pause(tier: Tier, step: str) -> bool:
    """Whether it is not said while the diary is paused: a question, a check-up, and a reminder of what can wait."""
    return step == "question" or tier is Tier.CHECK_UP or (step in ("reminder", "asked_again") and not tier.is_pressing)


def _is_about_nothing(delivery: Delivery) -> bool:
    """Whether it is the sequel to a message that did not arrive after all."""
    if delivery.step == "withdrawn":
        heard = turns_to_the_same(delivery)
    elif delivery.step == "acknowledged":
        heard = Delivery.objects.filter(alert=delivery.alert_id, recipient=delivery.recipient_id)
    else:
        return False
    return not heard.filter(MAY_BE_TOLD, turn__lt=delivery.turn).exists()


def _consents(delivery: Delivery) -> bool:
    if delivery.caregiver is None:
        return delivery.recipient_id == delivery.alert.patient.user_id
    return delivery.caregiver.state == "accepted" and delivery.caregiver.user_id == delivery.recipient_id


def _unsubscribed(delivery: Delivery) -> bool:
    user = delivery.recipient_id
    return user in unsubscribed_from_mail(patient_id=delivery.patient_id, tier=delivery.alert.tier, user_ids=[user])
