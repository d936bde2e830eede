"""What failed for good, or waits for its next attempt, is tried once more now: what stood in its way is mended.

Each gets one further attempt. Whether it is still worth sending, and whether its reader still may get it, is looked at
when it is claimed, as for every delivery.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from alerts.channels import CHANNELS
from alerts.delivery.outbox import nudge_after_commit
from alerts.delivery.worth_sending import reason_to_drop
from alerts.locks import hold_alerts, hold_deliveries
from alerts.models import Alert, Delivery
from diary.locks import hold_diary

_WAITS = Q(state="failed") | Q(state="owed", attempts__gt=0)


@transaction.atomic
def try_again(*, patient_id: UUID, now: datetime) -> int:
    """Make due what did not go out about one diary and is still worth sending; gives how many deliveries that are."""
    if hold_diary(patient_id) is None:
        return 0
    waiting = Delivery.objects.filter(_WAITS, patient_id=patient_id)
    hold_alerts(Alert.objects.filter(deliveries__in=waiting).distinct())
    held = hold_deliveries(waiting.select_related("alert__patient", "caregiver"))
    again = [delivery for delivery in held if reason_to_drop(delivery, now=now) is None]
    for delivery in again:
        delivery.state, delivery.next_attempt_at, delivery.follow_up_at = "owed", now, None
        delivery.held, delivery.held_since = "", None
        delivery.attempts = min(delivery.attempts, len(CHANNELS[delivery.channel].retries))
        delivery.save()
    nudge_after_commit(again)
    return len(again)
