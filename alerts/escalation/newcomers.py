"""Someone who joins a circle while an emergency or urgent alert is open is notified like the others, and in later
rounds.
"""

from datetime import datetime
from uuid import UUID

from alerts.delivery.outbox import Telling, owe
from alerts.delivery.recipients import Recipient
from alerts.escalation.start_and_stop import untaken
from alerts.models import Alert
from alerts.rules.tiers import Tier


def tell_newcomer(*, patient_id: UUID, newcomer: Recipient, now: datetime) -> list[Alert]:
    """Owe the open emergency and urgent alerts to the newcomer; gives them, the most severe first.

    The caller holds the patient's row.
    """
    pressing = [tier.value for tier in Tier if tier.is_pressing]
    alerts = list(Alert.objects.filter(patient_id=patient_id, state="open", tier__in=pressing))
    alerts.sort(key=lambda alert: (-Tier(alert.tier).rank, alert.pk))
    for alert in alerts:
        for step in untaken(alert.steps.filter(to__isnull=False)):
            step.to = [*(step.to or []), str(newcomer.caregiver_id)]
            step.save(update_fields=["to"])
    owe(*(Telling(alert, "raised", [newcomer]) for alert in alerts), now=now)
    return alerts
