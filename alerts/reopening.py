"""Opening again what was acted on: taken back, "not yet", or nobody answered "Were you seen?"."""

from datetime import datetime

from alerts.lifecycle import close_joined, open_alert
from alerts.models import Alert
from alerts.models.delivery import Step
from alerts.outbox import Telling
from alerts.responses import respond
from alerts.rules.tiers import Tier
from alerts.telling import stop_telling, tell


def open_again(alert: Alert, *, step: Step, now: datetime) -> None:
    """Open it for everyone and tell them; the rounds begin anew. The caller holds the patient's row.

    Where a newer episode of its rule has an open alert already, what this one is about is added to that one, and that
    one is told.
    """
    stop_telling(alert=alert, now=now)
    others = Alert.objects.filter(patient_id=alert.patient_id, rule=alert.rule, state="open")
    opened = others.exclude(pk=alert.pk).first() or alert
    open_alert(opened, tier=Tier(alert.tier), at=now)
    if opened is not alert:
        _join(alert, opened, now)
    opened.put_on_record()
    opened.save()
    tell(Telling(opened, step), now=now)


def reopen(*, alert: Alert, now: datetime) -> None:
    """Nobody answered: what somebody took on opens again. The caller holds the patient's row."""
    respond(alert, "reopened", None, now)
    open_again(alert, step="again", now=now)


def _join(alert: Alert, opened: Alert, now: datetime) -> None:
    """Its findings and signs are the open one's from now on; that shows its evidence with the next screening."""
    alert.findings.update(alert=opened)
    days = {sign: {*alert.signs.get(sign, ()), *opened.signs.get(sign, ())} for sign in (*alert.signs, *opened.signs)}
    opened.signs = {sign: sorted(noted) for sign, noted in days.items()}
    close_joined(alert, at=now)
    alert.save()
