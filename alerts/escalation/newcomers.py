"""Someone who joins a circle while an emergency or urgent alert is open is notified like the others, and in later
rounds.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from alerts.delivery.outbox import Telling, owe
from alerts.delivery.recipients import Recipient
from alerts.escalation.start_and_stop import untaken
from alerts.models import Alert
from alerts.rules.tiers import Tier


def pressing_alerts(*, patient_id: UUID) -> list[Alert]:
    """The open emergency and urgent alerts of a diary, the most severe first."""
    pressing = [tier.value for tier in Tier if tier.is_pressing]
    alerts = Alert.objects.filter(patient_id=patient_id, state="open", tier__in=pressing)
    return sorted(alerts, key=lambda alert: (-Tier(alert.tier).rank, alert.pk))


def tell_newcomer(alerts: Sequence[Alert], *, newcomer: Recipient, now: datetime) -> None:
    """Owe these alerts of one diary to someone who has just joined its circle. The caller holds the patient's row."""
    for alert in alerts:
        for step in untaken(alert.steps.filter(to__isnull=False)):
            step.to = [*(step.to or []), str(newcomer.caregiver_id)]
            step.save(update_fields=["to"])
    owe(*(Telling(alert, "raised", [newcomer]) for alert in alerts), now=now)
