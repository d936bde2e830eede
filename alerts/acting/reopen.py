"""Opening again what was acted on: taken back, "not yet", or no one answered "Were you seen?"."""

from datetime import datetime

from alerts.escalation.start_and_stop import stop_telling
from alerts.models import Alert
from alerts.raising.joining import join
from alerts.raising.states import open_alert
from alerts.rules.tiers import Tier


def opened_again(alert: Alert, *, now: datetime) -> Alert:
    """Open it, to be sent to everyone; gives what is open now. The caller holds the patient's row.

    Where another episode of its rule has an open alert already, what this one is about is added to that one, and that
    one is to be told.
    """
    stop_telling(alert=alert, now=now)
    others = Alert.objects.filter(patient_id=alert.patient_id, rule=alert.rule, state="open")
    opened = others.exclude(pk=alert.pk).first() or alert
    open_alert(opened, tier=Tier(alert.tier), at=now)
    if opened is not alert:
        join(alert, opened, at=now)
    opened.put_on_record()
    opened.save()
    return opened
