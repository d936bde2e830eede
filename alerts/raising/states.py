"""The states of an alert, and what leads from one to the next.

    (kept, too old to tell) closed -> open -> acknowledged -> closed
                                   open, acknowledged -> withdrawn -> open
                                   acknowledged, closed -> open

Findings open it, move it forward or withdraw it. What people do is in `alerts.acting.acknowledge` and
`alerts.acting.outcome`. News opens it again, whatever was done about it (`alerts.raising.signs_on_record`). Once an
outcome closed it, what is found changes it no more otherwise.
"""

from datetime import date, datetime, tzinfo
from uuid import UUID

from alerts.models import Alert
from alerts.models.alert import Outcome
from alerts.models.delivery import Step
from alerts.rules.tiers import Tier


def step_due(*, alert: Alert, tier: Tier | None) -> Step | None:
    """What is sent about the alert of a pattern that may now be sent as `tier`; None when it is not news.

    A higher tier is sent again. What danger signs are news is decided in `alerts.raising.signs_on_record`.
    """
    if tier is None:
        return None
    if alert.state in ("open", "acknowledged"):
        return "tier_raised" if tier.rank > Tier(alert.tier).rank else None
    return "raised"


def open_alert(alert: Alert, *, tier: Tier, at: datetime) -> None:
    """Open it, or open it again, as `tier` or the higher one that it has while no one has said what came of it.

    A check-up that opens again is the one that was told.
    """
    if alert.state not in ("open", "acknowledged") or tier.rank > Tier(alert.tier).rank:
        alert.tier = tier.value
    if alert.opened_at is None or (alert.state != "open" and tier is not Tier.CHECK_UP):
        alert.opened_at = at
    alert.state = "open"
    alert.acknowledged_by_id = alert.acknowledged_at = alert.closed_at = alert.withdrawn_at = None
    alert.outcome = alert.outcome_by_id = alert.visit_id = None


def close_with_outcome(alert: Alert, *, outcome: Outcome, visit_id: UUID | None, by: UUID, at: datetime) -> None:
    """Someone says what came of it, or corrects what was said; the alert stays closed since the first time."""
    alert.closed_at = at if alert.state != "closed" or alert.closed_at is None else alert.closed_at
    alert.state = "closed"
    alert.outcome, alert.outcome_by_id, alert.visit_id = outcome, by, visit_id


def close_untold(alert: Alert, *, at: datetime) -> None:
    """Keep it for the doctor's page, and tell no one: too old by now, or a watch or a check-up that is over."""
    alert.state = "closed"
    alert.closed_at = at
    alert.withdrawn_at = None


def close_joined(alert: Alert, *, at: datetime) -> None:
    """What it is about belongs to another alert of its rule, which is open."""
    close_untold(alert, at=at)
    alert.outcome = alert.outcome_by_id = alert.visit_id = None


def withdraw_alert(alert: Alert, *, at: datetime) -> None:
    """Its evidence was edited away; what it was about is sent again should it come back."""
    alert.on_record = {}
    alert.state = "withdrawn"
    alert.withdrawn_at = at
    alert.closed_at = None


def follows_its_findings(alert: Alert) -> bool:
    """Whether what is found still changes it: not once someone has closed it.

    No one closes a watch. A check-up closes by itself, too, with the next visit.
    """
    if alert.tier == Tier.CHECK_UP and alert.outcome is None:
        return True
    return alert.state != "closed" or alert.opened_at is None or alert.tier == Tier.WATCH


def closed_on(alert: Alert, *, zone: tzinfo) -> date | None:
    """The day there on which someone closed it; None while what is found still changes it."""
    if follows_its_findings(alert) or alert.closed_at is None:
        return None
    return alert.closed_at.astimezone(zone).date()
