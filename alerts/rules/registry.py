"""Every active rule by its id. To add one: write its file and its table of tests, and name it in its tier's folder."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.rules import check_up, emergency, see_doctor, urgent, watch
from alerts.rules.rule import Rule

_TIERS = (emergency, urgent, see_doctor, check_up, watch)

RULES: Mapping[str, Rule] = {rule.id: rule for tier in _TIERS for rule in tier.RULES}

DANGER_SIGNS: tuple[Rule, ...] = emergency.RULES + urgent.RULES
"""The rules that one entry can meet; they are evaluated as soon as it is stored."""


def rules_with(*candidates: Rule) -> Mapping[str, Rule]:
    """The active rules with these versions in place of the active ones of the same id."""
    return {**RULES, **{candidate.id: candidate for candidate in candidates}}
