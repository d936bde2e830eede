"""Ask for a routine check-up: a doctor looked at it long ago, and it is still there."""

from alerts.rules.check_up import check_up_due
from alerts.rules.rule import Rule

RULES: tuple[Rule, ...] = (check_up_due.RULE,)
