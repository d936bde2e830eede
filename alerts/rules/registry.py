"""Every active rule, listed by hand. To add a rule: write its file and its table of tests, and name it here."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.rules.emergency import breathing_emergency, cauda_equina
from alerts.rules.rule import Rule
from alerts.rules.see_doctor import night_rest_not_responding
from alerts.rules.tiers import Tier
from alerts.rules.urgent import coughing_blood

RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        cauda_equina.RULE,
        breathing_emergency.RULE,
        coughing_blood.RULE,
        night_rest_not_responding.RULE,
    )
}

DANGER_SIGNS: tuple[Rule, ...] = tuple(rule for rule in RULES.values() if rule.tier in (Tier.EMERGENCY, Tier.URGENT))
"""The rules that one entry can meet; they are evaluated as soon as it is stored."""
