"""Alerts opened through the link in a message, without signing in: as far as its recipient's consent goes now.

The link stands for the person that the message was sent to. Looking marks nothing, since programs that check mail look
at every link in it; the access log says that it was looked at through a link, and not by whom. What is done there is
done to every alert that the message names.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction

from alerts.acting.acknowledge import NotTheirs, acknowledge, take_back
from alerts.acting.outcome import NotToBeClosed, give_outcome, is_a_question, say_not_yet
from alerts.acting.read import mark_read
from alerts.delivery.receipts import record_receipt
from alerts.models import Alert, Delivery
from alerts.models.alert import Outcome
from alerts.models.delivery import named_by
from alerts.rules.tiers import Tier
from alerts.showing.alert import presented
from alerts.showing.shapes import ShownAlert
from diary.access.levels import Access, require
from diary.access.log import Line, note_look
from diary.locks import hold_diary
from diary.models import Patient
from diary.problems import not_found

Act = Literal["take_on", "take_back", "read", "not_yet"] | Outcome
WITHOUT_WRITING: frozenset[Act] = frozenset({"take_on", "take_back", "read", "seen", "not_yet"})
"""What everyone may do who receives alerts; the other answers are stored in the diary and take the level `log`."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The alerts of one message as its reader may see them, the most severe first; open ones before all others.

    `whose` is the patient's name, None for the patient; `writes` says that the reader may say what the doctor said.
    """

    reader_id: UUID
    patient_user_id: UUID
    whose: str | None
    writes: bool
    alerts: list[ShownAlert]


def alerts_behind(*, delivery_id: UUID, noted: bool, now: datetime) -> Opened:
    """What the recipient of a message may see of its alerts, `noted` in the access log. Raises Problem 404."""
    deliveries = _message(delivery_id)
    access = _access(deliveries[0])
    ids = [delivery.alert_id for delivery in deliveries]
    alerts = list(Alert.objects.filter(pk__in=ids).select_related("acknowledged_by", "outcome_by"))
    alerts.sort(key=lambda alert: (alert.state != "open", -Tier(alert.tier).rank))
    patient = Patient.objects.select_related("user").get(pk=access.patient_id)
    shown = presented(alerts, patient=patient, reader_id=access.actor_id, level=access.level, now=now)
    own = access.level == "own"
    if noted:
        line = Line("read", "alert-link", deliveries[0].alert_id)
        note_look(line, patient_id=access.patient_id, actor_id=access.actor_id, at=now)
    return Opened(
        reader_id=access.actor_id,
        patient_user_id=patient.user_id,
        whose=None if own else patient.user.get_full_name(),
        writes=own or access.level == "log",
        alerts=shown,
    )


@transaction.atomic
def act(*, delivery_id: UUID, what: Act, words: str | None = None, now: datetime) -> None:
    """The recipient acts on every alert of the message, which is thereby opened; `words` is a note to the others.

    A second time changes nothing, nor does what cannot be done any more. Raises Problem 404 for who may not see the
    alerts any more, or may not write what they say.
    """
    deliveries = _message(delivery_id)
    access = _access(deliveries[0])
    if what not in WITHOUT_WRITING:
        access.require("log")
    hold_diary(access.patient_id)
    alerts = list(Alert.objects.filter(pk__in=[delivery.alert_id for delivery in deliveries]).order_by("pk"))
    for delivery in deliveries:
        record_receipt(
            patient_id=access.patient_id,
            alert_id=delivery.alert_id,
            delivery_id=delivery.pk,
            recipient_id=access.actor_id,
            status="opened",
            now=now,
        )
    if what == "take_on":
        _take_on(access, alerts, words, now)
    elif what == "take_back":
        _take_back(access, alerts, now)
    elif what == "read":
        for alert in alerts:
            mark_read(patient_id=access.patient_id, alert_id=alert.pk, reader_id=access.actor_id, now=now)
    else:
        _answer(access, alerts, what, now)


def _take_on(access: Access, alerts: list[Alert], words: str | None, now: datetime) -> None:
    open_ones = [alert.pk for alert in alerts if alert.state == "open"]
    if not open_ones:
        return
    first, *beside = open_ones
    acknowledge(
        patient_id=access.patient_id, actor_id=access.actor_id, alert_id=first, beside=beside, note=words, now=now
    )


def _take_back(access: Access, alerts: list[Alert], now: datetime) -> None:
    for alert in alerts:
        try:
            take_back(patient_id=access.patient_id, alert_id=alert.pk, actor_id=access.actor_id, now=now)
        except NotTheirs:
            continue


def _answer(access: Access, alerts: list[Alert], what: Literal["not_yet"] | Outcome, now: datetime) -> None:
    questions = [alert.pk for alert in alerts if is_a_question(alert)]
    if not questions:
        return
    first, *beside = questions
    try:
        if what == "not_yet":
            say_not_yet(patient_id=access.patient_id, actor_id=access.actor_id, alert_id=first, beside=beside, now=now)
        else:
            give_outcome(
                patient_id=access.patient_id,
                actor_id=access.actor_id,
                alert_id=first,
                beside=beside,
                outcome=what,
                by_link=True,
                now=now,
            )
    except NotToBeClosed:
        return


def _access(delivery: Delivery) -> Access:
    return require(actor_id=delivery.recipient_id, patient=delivery.patient_id, level="alerts")


def _message(delivery_id: UUID) -> list[Delivery]:
    """Every delivery of the message, named by the message's own id or by one of its deliveries. Raises Problem 404."""
    found = list(Delivery.objects.filter(message__in=named_by(delivery_id).values("message")).order_by("pk"))
    if not found:
        raise not_found()
    return found
