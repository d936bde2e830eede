"""What is owed: one delivery for each recipient and channel, in the transaction that raised the alert.

Each telling of an alert is a turn of it, with deliveries of its own; those of one turn to a person are not sent before
the turns before are settled (`alerts.delivery`), so that *withdrawn* never overtakes *raised*.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from alerts.models import Alert, Delivery
from alerts.models.delivery import Step
from alerts.nudging import nudge
from alerts.recipients import Recipient, recipients_of
from diary.preferences import channels_by_user

Target = tuple[Recipient, str]


def owe(*, alert: Alert, step: Step, now: datetime) -> None:
    """Owe a new telling to everyone through the channels they chose; what older turns still owe is dropped for it.

    Who was about to hear of a withdrawal that is itself withdrawn now need not hear of either.
    """
    spared = {_target(delivery) for delivery in _drop_owed(alert, reason="superseded") if delivery.step == "withdrawn"}
    _insert(alert, step, _wanted(alert) - spared, now)


def owe_withdrawal(*, alert: Alert, now: datetime) -> None:
    """Owe the correction to everyone who was told or may have been; who was not will never hear of the alert."""
    _drop_owed(alert, reason="withdrawn")
    told = [one for one in alert.deliveries.all() if one.state in ("sent", "sending") or one.unconfirmed]
    _insert(alert, "withdrawn", {_target(delivery) for delivery in told}, now)


def _wanted(alert: Alert) -> set[Target]:
    recipients = recipients_of(alert.patient_id)
    channels = channels_by_user(user_ids=[one.user_id for one in recipients], tier=alert.tier)
    return {(recipient, channel) for recipient in recipients for channel in channels[recipient.user_id]}


def _drop_owed(alert: Alert, *, reason: str) -> list[Delivery]:
    """Drop what has not been tried and what was refused; gives those of which the receiver surely knows nothing."""
    owed = list(alert.deliveries.select_for_update().filter(state="owed"))
    alert.deliveries.filter(pk__in=[delivery.pk for delivery in owed]).update(
        state="dropped", next_attempt_at=None, last_error=reason
    )
    return [delivery for delivery in owed if not delivery.unconfirmed]


def _insert(alert: Alert, step: Step, targets: Iterable[Target], now: datetime) -> None:
    alert.turn += 1
    alert.save(update_fields=["turn"])
    owed = Delivery.objects.bulk_create(
        Delivery(
            patient_id=alert.patient_id,
            alert=alert,
            turn=alert.turn,
            step=step,
            recipient_id=recipient.user_id,
            caregiver_id=recipient.caregiver_id,
            channel=channel,
            created_at=now,
            next_attempt_at=now,
        )
        for recipient, channel in targets
    )
    nudge_after_commit(delivery.pk for delivery in owed)


def nudge_after_commit(deliveries: Iterable[UUID]) -> None:
    """Say after the commit that there is something to send, each to be taken up by whoever is free."""
    for delivery_id in deliveries:
        transaction.on_commit(partial(nudge, "alerts.tasks.deliver", delivery_id))


def _target(delivery: Delivery) -> Target:
    return Recipient(delivery.recipient_id, delivery.caregiver_id), delivery.channel
