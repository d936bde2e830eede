"""Versions of rules that were active before: what they found stays as it was found, and is judged by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from alerts.rules.in_force import assessment_of_the_year
from alerts.rules.registry import RULES
from alerts.rules.rule import Rule

VERSION_1: Mapping[str, Rule] = {
    rule.id: replace(rule, version=1, in_force=assessment_of_the_year) for rule in RULES.values() if rule.changed
}
"""The see-a-doctor rules that ask for change, when an assessment lapsed after a year and the pattern was news again."""


def is_known(rule: str, version: int) -> bool:
    """Whether this version of the rule can still say what it finds."""
    active = RULES.get(rule)
    return active is not None and (active.version == version or (version == 1 and rule in VERSION_1))
