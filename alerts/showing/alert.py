"""An alert as someone may see it: in words for that reader, and with its evidence only for those who see the diary."""

from collections.abc import Iterable

from django.utils import translation
from msgspec import convert

from alerts.followed import Followed, followed
from alerts.messages.evidence import Evidence
from alerts.messages.explanation import explained
from alerts.messages.wording import alert_wording, is_late
from alerts.models import Alert
from alerts.rules.tiers import Tier
from alerts.showing.shapes import ShownAlert, ShownEvidence


def presented(alerts: Iterable[Alert], *, level: str, language: str) -> list[ShownAlert]:
    """The alerts of one diary, read `with_followed` for a reader whose way into it has the level.

    The level of the patient is `own`.
    """
    with translation.override(language):
        return [_alert(alert, followed(alert), level) for alert in alerts]


def evidence_of(alert: Alert) -> Evidence:
    """What the alert is based on, for its words (`alerts.messages`)."""
    shown = _evidence(alert)
    return Evidence(
        rule=alert.rule,
        as_of=shown.as_of,
        days=shown.days,
        counts=shown.counts,
        trials=shown.trials,
        late=is_late(alert.rule, Tier(alert.tier)),
    )


def _alert(alert: Alert, then: Followed, level: str) -> ShownAlert:
    tier, whose = Tier(alert.tier), None if level == "own" else then.whose
    said = alert_wording(rule=alert.rule, tier=tier, last_day=alert.last_day, place=then.place(alert), whose=whose)
    evidence = _evidence(alert) if level != "alerts" else None
    return ShownAlert(
        id=alert.pk,
        rule=alert.rule,
        rule_version=alert.rule_version,
        tier=alert.tier,
        state=alert.state,
        met_on=alert.met_on,
        found_on=alert.found_on,
        title=said.title,
        noted=said.noted,
        advice=said.advice,
        call=said.call,
        evidence=evidence,
        explained=None if evidence is None else explained(evidence_of(alert), whose=whose),
        acknowledged_by=then.acknowledged_by,
        acknowledged_at=alert.acknowledged_at,
        outcome=alert.outcome,
        outcome_by=then.outcome_by,
        closed_at=alert.closed_at,
        snoozed_until=None if tier.is_pressing else then.snoozed_until,
        next_step_at=then.next_step_at,
        if_real=said.if_real,
        responses=then.responses,
        read_by=then.read_by(alert),
        escalation=then.steps,
        deliveries=then.deliveries,
    )


def _evidence(alert: Alert) -> ShownEvidence:
    """As stored; what was stored before it said as of when was counted on the day the rule was met."""
    return convert({"as_of": alert.met_on.isoformat(), **alert.evidence}, ShownEvidence)
