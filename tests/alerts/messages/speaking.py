"""The words of an alert, by themselves and with its evidence."""

import re
from datetime import date

from alerts.messages.countries import Place
from alerts.messages.evidence import Evidence, evidence_wording
from alerts.messages.wording import Wording, alert_wording
from alerts.rules.tiers import Tier


def said(place: Place, whose: str | None = None, rule: str = "cauda_equina") -> Wording:
    return alert_wording(rule=rule, tier=Tier.EMERGENCY, last_day=date(2026, 5, 3), place=place, whose=whose)


def spoken(evidence: Evidence, tier: Tier) -> list[str]:
    """The words of title, evidence and advice."""
    last = max(evidence.days, default=evidence.as_of)
    said = alert_wording(rule=evidence.rule, tier=tier, last_day=last, place=Place(region="GB"))
    return re.findall(r"[\w'’%.,]*[\w%]", f"{said.title} {evidence_wording(evidence)} {said.advice}")
