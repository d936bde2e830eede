"""Go to an emergency department or call the emergency number now: one entry is enough, nothing holds it back."""

from alerts.rules.emergency import breathing_emergency, cauda_equina
from alerts.rules.rule import Rule

RULES: tuple[Rule, ...] = (cauda_equina.RULE, breathing_emergency.RULE)
