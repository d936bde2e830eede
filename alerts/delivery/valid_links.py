"""Which links in messages still work, and ending them.

A link works for 30 days, while nothing happened that says the mailbox or phone it went to may be someone else's: a new
password or address, a sign-out everywhere, or its end on the list of links. Signing out on one phone ends none.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from alerts.channels import CHANNELS
from alerts.delivery.outbox import MAY_BE_TOLD
from alerts.messages.links import VALID_FOR, BadLink, Signed
from alerts.models import Delivery
from alerts.models.delivery import named_by
from alerts.rules.tiers import Tier
from diary.models import Caregiver, Patient, User
from diary.problems import not_found

_WITH_LINKS: Final = [name for name, channel in CHANNELS.items() if channel.personal]
"""Machines are sent ids, and no links."""


@dataclass(frozen=True, slots=True)
class LivingLinks:
    """The links of one message, by the message's id. `about` and `name` are null when the reader no longer may know."""

    id: UUID
    about: UUID | None
    name: str | None
    channel: str
    sent_at: datetime
    opened_at: datetime | None
    expires_at: datetime


def opened_delivery(token: str, *, now: datetime) -> UUID:
    """The delivery that a link opens. Raises BadLink."""
    return _required_living(Signed("open", token), now)


def unsubscribed_delivery(token: str, *, now: datetime) -> tuple[UUID, Tier]:
    """The delivery and the tier that a link unsubscribes from. Raises BadLink."""
    signed = Signed("unsubscribe", token)
    return _required_living(signed, now), signed.tier


def living_links(*, user_id: UUID, now: datetime) -> list[LivingLinks]:
    """Every message to someone whose links work, the newest first."""
    mine = _sent_to(user_id).filter(linked_at__gt=now - VALID_FOR, links_ended_at=None)
    mine = mine.filter(links_epoch=F("recipient__links_epoch")).select_related("patient__user")
    places = Caregiver.objects.filter(user_id=user_id, state="accepted").values_list("patient_id", flat=True)
    known = {*places, *Patient.objects.filter(user_id=user_id).values_list("pk", flat=True)}
    messages = {one.message: one for one in mine.order_by("linked_at", "pk")}
    return [_shown(one, knows=one.patient_id in known) for one in reversed(messages.values())]


def end_all_links(*, user_id: UUID) -> None:
    """No link in any message that was sent to someone works any more."""
    User.objects.filter(pk=user_id).update(links_epoch=F("links_epoch") + 1)


@transaction.atomic
def end_links(*, user_id: UUID, message_id: UUID, now: datetime) -> None:
    """The links of one message work no more; again changes nothing. Raises Problem 404 for one not sent to them."""
    named = _sent_to(user_id).filter(pk__in=named_by(message_id).values("pk")).first()
    if named is None:
        raise not_found()
    Delivery.objects.filter(message=named.message, links_ended_at=None).update(links_ended_at=now)


def _required_living(signed: Signed, now: datetime) -> UUID:
    message = list(named_by(signed.delivery_id).select_related("recipient"))
    if not message or any(delivery.links_ended_at for delivery in message):
        raise BadLink(expired=False)
    delivery = message[0]
    epoch = delivery.recipient.links_epoch
    try:
        signed.require_signed_for(epoch)
    except BadLink as bad:
        if bad.expired or delivery.links_epoch not in {None, epoch}:
            raise
        signed.require_signed_before(sent_at=delivery.sent_at or delivery.created_at, now=now)
    return signed.delivery_id


def _sent_to(user_id: UUID) -> QuerySet[Delivery]:
    """What has gone out to someone or may have."""
    return Delivery.objects.filter(MAY_BE_TOLD, recipient_id=user_id, channel__in=_WITH_LINKS)


def _shown(delivery: Delivery, *, knows: bool) -> LivingLinks:
    made_at = delivery.linked_at or delivery.created_at
    return LivingLinks(
        id=delivery.message,
        about=delivery.patient_id if knows else None,
        name=delivery.patient.user.get_full_name() if knows else None,
        channel=delivery.channel,
        sent_at=delivery.sent_at or made_at,
        opened_at=delivery.opened_at,
        expires_at=made_at + VALID_FOR,
    )
