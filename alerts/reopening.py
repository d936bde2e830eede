"""Opening again what was acted on: taken back, "not yet", or nobody answered "Were you seen?"."""

from datetime import datetime

from alerts.lifecycle import close_joined, open_alert
from alerts.models import Alert
from alerts.models.delivery import Step
from alerts.outbox import Telling
from alerts.responses import respond
from alerts.rules.tiers import Tier
from alerts.telling import stop_telling, tell


def open_again(*alerts: Alert, step: Step, now: datetime) -> None:
    """Open them for everyone and tell them, in one message; the rounds begin anew. The caller holds the patient's row.

    Where a newer episode of a rule has an open alert already, what the older is about is added to that one, and that
    one is told.
    """
    opened = {one.pk: one for one in [_opened(alert, now) for alert in alerts]}
    tell(*(Telling(alert, step) for alert in opened.values()), now=now)


def reopen(*alerts: Alert, now: datetime) -> None:
    """Nobody answered: what somebody took on opens again. The caller holds the patient's row."""
    for alert in alerts:
        respond(alert, "reopened", None, now)
    open_again(*alerts, step="again", now=now)


def _opened(alert: Alert, now: datetime) -> Alert:
    """The alert that is open now: this one, or the newer one that it has joined."""
    stop_telling(alert=alert, now=now)
    others = Alert.objects.filter(patient_id=alert.patient_id, rule=alert.rule, state="open")
    opened = others.exclude(pk=alert.pk).first() or alert
    open_alert(opened, tier=Tier(alert.tier), at=now)
    if opened is not alert:
        _join(alert, opened, now)
    opened.put_on_record()
    opened.save()
    return opened


def _join(alert: Alert, opened: Alert, now: datetime) -> None:
    """Its findings and signs are the open one's from now on; that shows its evidence with the next screening."""
    alert.findings.update(alert=opened)
    days = {sign: {*alert.signs.get(sign, ()), *opened.signs.get(sign, ())} for sign in (*alert.signs, *opened.signs)}
    opened.signs = {sign: sorted(noted) for sign, noted in days.items()}
    close_joined(alert, at=now)
    alert.save()
