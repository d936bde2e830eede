"""The states of an alert, and what leads from one to the next.

    (kept, too old to tell) closed -> open -> acknowledged -> closed
                                   open, acknowledged -> withdrawn -> open

Findings only ever move it forward or withdraw it; acknowledging is what people do (`alerts.acknowledging`).
"""

from datetime import datetime

from alerts.models import Alert
from alerts.models.delivery import Step
from alerts.rules.tiers import Tier


def step_due(*, alert: Alert, tier: Tier | None, joined: bool, alone: bool) -> Step | None:
    """What is to be told about an alert whose findings may now be told as `tier`; None when there is nothing new.

    `joined` says that a new episode came to the alert, `alone` that no other alert of the rule is open. A higher tier
    is told again; a new episode of the same tier only when it is dangerous, which nothing may hold back.
    """
    if tier is None or not alone:
        return None
    higher = tier.rank > Tier(alert.tier).rank
    if alert.state == "open":
        return "tier_raised" if higher else "again" if joined and tier.rank >= Tier.URGENT.rank else None
    if alert.state == "acknowledged":
        return "tier_raised" if higher else None
    return "raised" if alert.state == "withdrawn" or follows_its_findings(alert) else None


def open_alert(alert: Alert, *, tier: Tier, at: datetime) -> None:
    """Open it, or open it again, as `tier` or the higher one that it already has while it was open."""
    if alert.state not in ("open", "acknowledged") or tier.rank > Tier(alert.tier).rank:
        alert.tier = tier.value
    alert.state = "open"
    alert.opened_at = alert.opened_at or at
    alert.acknowledged_by_id = alert.acknowledged_at = alert.closed_at = alert.withdrawn_at = None


def close_untold(alert: Alert, *, at: datetime) -> None:
    """Keep it for the doctor's page, and tell nobody: too old by now, or a watch that is over."""
    alert.state = "closed"
    alert.closed_at = at
    alert.withdrawn_at = None


def withdraw_alert(alert: Alert, *, at: datetime) -> None:
    """Its evidence was edited away."""
    alert.state = "withdrawn"
    alert.withdrawn_at = at
    alert.closed_at = None


def follows_its_findings(alert: Alert) -> bool:
    """Whether what is found still changes it: not once somebody has closed it. Nobody closes a watch."""
    return alert.state != "closed" or alert.opened_at is None or alert.tier == Tier.WATCH
