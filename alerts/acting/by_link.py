"""Alerts opened through the link in a message, without signing in: as far as its recipient's consent goes now.

The link stands for the person that the message was sent to. Looking marks nothing, since programs that check mail look
at every link in it; the access log says that it was looked at through a link, and not by whom. What is done there is
done to every alert that the message names.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from alerts.acting.answers import WITHOUT_WRITING, Act, Opened, opened, say
from alerts.delivery.receipts import record_receipt
from alerts.followed import with_followed
from alerts.models import Alert, Delivery
from alerts.models.delivery import named_by
from diary.access.levels import Access, require
from diary.access.log import Line, note_look
from diary.locks import hold_diary
from diary.problems import not_found


def alerts_behind(*, delivery_id: UUID, noted: bool, now: datetime) -> Opened:
    """What the recipient of a message may see of its alerts, `noted` in the access log. Raises Problem 404."""
    deliveries = _message(delivery_id)
    access = _access(deliveries[0])
    ids = [delivery.alert_id for delivery in deliveries]
    alerts = with_followed(Alert.objects.filter(pk__in=ids), reader_id=access.actor_id, now=now)
    found = opened(access=access, alerts=alerts)
    if noted:
        line = Line("read", "alert-link", deliveries[0].alert_id)
        note_look(line, patient_id=access.patient_id, actor_id=access.actor_id, at=now)
    return found


@transaction.atomic
def act(*, delivery_id: UUID, what: Act, words: str | None = None, now: datetime) -> None:
    """The recipient acts on every alert of the message, which is thereby opened; `words` is a note to the others.

    Raises Problem 404 for who may not see the alerts any more, or may not write what they say.
    """
    deliveries = _message(delivery_id)
    access = _access(deliveries[0])
    if what not in WITHOUT_WRITING:
        access.require("log")
    hold_diary(access.patient_id)
    for delivery in deliveries:
        record_receipt(
            patient_id=access.patient_id,
            alert_id=delivery.alert_id,
            delivery_id=delivery.pk,
            recipient_id=access.actor_id,
            status="opened",
            now=now,
        )
    ids = [delivery.alert_id for delivery in deliveries]
    say(access=access, alert_ids=ids, what=what, words=words, by_link=True, now=now)


def _access(delivery: Delivery) -> Access:
    return require(actor_id=delivery.recipient_id, patient=delivery.patient_id, level="alerts")


def _message(delivery_id: UUID) -> list[Delivery]:
    """Every delivery of the message, named by the message's own id or by one of its deliveries. Raises Problem 404."""
    found = list(Delivery.objects.filter(message__in=named_by(delivery_id).values("message")).order_by("pk"))
    if not found:
        raise not_found()
    return found
