"""Keep logging: a pattern that is building but not complete."""

from alerts.rules.rule import Rule
from alerts.rules.watch import building_pattern

RULES: tuple[Rule, ...] = (building_pattern.RULE,)
