"""Nobody answered "Were you seen?": what somebody took on opens again, for everyone."""

from datetime import datetime

from alerts.lifecycle import open_alert
from alerts.models import Alert
from alerts.outbox import Telling
from alerts.responses import respond
from alerts.rules.tiers import Tier
from alerts.telling import stop_telling, tell


def reopen(*, alert: Alert, now: datetime) -> None:
    """Open it again and tell everyone; the rounds begin anew. The caller holds the patient's row."""
    stop_telling(alert=alert, now=now)
    open_alert(alert, tier=Tier(alert.tier), at=now)
    alert.save()
    respond(alert, "reopened", None, now)
    tell(Telling(alert, "again"), now=now)
