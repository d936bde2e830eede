"""The states of an alert, and what leads from one to the next.

    (kept, too old to tell) closed -> open -> acknowledged -> closed
                                   open, acknowledged -> withdrawn -> open
                                                           closed -> open

Findings open it, move it forward or withdraw it. What people do is in `alerts.acknowledging` and `alerts.outcomes`.
Once an outcome closed it, what is found changes it no more, but for a danger sign on a later day: that opens it again,
since no outcome can know what comes after it (`reappeared`).
"""

from datetime import date, datetime, tzinfo
from uuid import UUID

from alerts.models import Alert
from alerts.models.alert import Outcome
from alerts.models.delivery import Step
from alerts.rules.tiers import Tier


def step_due(*, alert: Alert, tier: Tier | None, joined: bool, alone: bool, again: bool = False) -> Step | None:
    """What is to be told about an alert whose findings may now be told as `tier`; None when there is nothing new.

    `joined` says that a new episode came to the alert, `alone` that no other alert of the rule is open, `again` that a
    danger sign reappeared after the alert was closed. A higher tier is told again; a new episode of the same tier only
    when it is dangerous, which nothing may hold back.
    """
    if tier is None or not alone:
        return None
    if again:
        return "again"
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
    alert.outcome = alert.outcome_by_id = alert.visit_id = None


def close_with_outcome(alert: Alert, *, outcome: Outcome, visit_id: UUID | None, by: UUID, at: datetime) -> None:
    """Somebody says what came of it, or corrects what was said; the alert stays closed since the first time."""
    alert.closed_at = at if alert.state != "closed" or alert.closed_at is None else alert.closed_at
    alert.state = "closed"
    alert.outcome, alert.outcome_by_id, alert.visit_id = outcome, by, visit_id


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


def closed_on(alert: Alert, *, zone: tzinfo) -> date | None:
    """The day there on which somebody closed it; None while what is found still changes it."""
    if follows_its_findings(alert) or alert.closed_at is None:
        return None
    return alert.closed_at.astimezone(zone).date()


def reappeared(alert: Alert, *, tier: Tier | None, last_day: date) -> bool:
    """Whether a danger sign was noted on a later day than all those that the alert rested on when it was closed."""
    return not follows_its_findings(alert) and tier is not None and tier.is_pressing and last_day > alert.last_day
