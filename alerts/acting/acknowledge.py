"""Taking an alert on: "I'm helping now", or the patient's own "I'm getting help". It ends for everyone.

Those who were notified learn who it is, with a note if there is one. Acknowledged is not seen by a doctor: "Were you
seen?" is planned at the same time (`alerts.escalation.plan.questions`).
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from alerts.acting.reopen import opened_again
from alerts.delivery.outbox import Telling, owe_to_the_told
from alerts.delivery.recipients import place_of
from alerts.escalation.plan import questions
from alerts.escalation.start_and_stop import plan, stop_telling, tell
from alerts.models import Alert
from alerts.responses import respond
from alerts.rules.tiers import Tier
from diary.locks import hold_diary

TAKEN_BACK_WITHIN: Final = timedelta(minutes=10)
"""So long a tap by mistake is undone by the one who tapped; later "not yet" opens it again."""


class NotTheirs(Exception):
    """An acknowledgement was to be taken back by someone else than the one who made it, or too late."""


@transaction.atomic
def acknowledge(
    *,
    patient_id: UUID,
    alert_id: UUID,
    actor_id: UUID,
    now: datetime,
    note: str | None = None,
    beside: Collection[UUID] = (),
) -> bool:
    """Acknowledge the alert, and with it those `beside` it in one message; says whether anything changed.

    The first to acknowledge stays the one who did. One that is closed or withdrawn stays so. The patient's row is
    locked, as in the screening, so that an alert is not raised and acknowledged at once.
    """
    hold_diary(patient_id)
    alerts = Alert.objects.filter(patient_id=patient_id, pk__in={alert_id, *beside})
    taken_on = [alert for alert in alerts if alert.state == "open" and _is_for(alert, actor_id)]
    for alert in taken_on:
        _take_on(alert, actor_id, note, now)
    owe_to_the_told(*taken_on, step="acknowledged", now=now, apart_from=actor_id)
    return bool(taken_on)


@transaction.atomic
def take_back(*, patient_id: UUID, alert_id: UUID, actor_id: UUID, now: datetime) -> bool:
    """Open the alert again that the actor has just taken on; everyone is notified, and the rounds start over.

    A check-up is sent to no one again.
    One that is open stays so. Says whether anything changed; raises NotTheirs.
    """
    hold_diary(patient_id)
    alert = Alert.objects.filter(patient_id=patient_id, pk=alert_id).first()
    if alert is None or alert.state == "open":
        return False
    late = alert.acknowledged_at is None or now - alert.acknowledged_at > TAKEN_BACK_WITHIN
    if alert.state != "acknowledged" or alert.acknowledged_by_id != actor_id or late:
        raise NotTheirs
    respond(alert, "taken_back", actor_id, now)
    opened = opened_again(alert, now=now)
    if opened.tier != Tier.CHECK_UP:
        tell(Telling(opened, "taken_back"), now=now)
    return True


def _is_for(alert: Alert, actor_id: UUID) -> bool:
    """No one takes on a watch, and a check-up only the patient."""
    if alert.tier == Tier.CHECK_UP:
        return alert.patient.user_id == actor_id
    return alert.tier != Tier.WATCH


def _take_on(alert: Alert, actor_id: UUID, note: str | None, now: datetime) -> None:
    alert.state, alert.acknowledged_by_id, alert.acknowledged_at = "acknowledged", actor_id, now
    alert.put_on_record()
    alert.save(update_fields=["state", "on_record", "acknowledged_by", "acknowledged_at"])
    respond(alert, "acknowledged", actor_id, now, note=note)
    stop_telling(alert=alert, now=now)
    who = place_of(patient_id=alert.patient_id, user_id=actor_id)
    plan(alert=alert, steps=questions(Tier(alert.tier), who=who, since=now), now=now)
