"""Be seen the same day: one entry is enough."""

from alerts.rules.rule import Rule
from alerts.rules.urgent import (
    cancer_history_spinal_pain,
    coughing_blood,
    fragility_fracture,
    infection_signs,
    new_neurology,
)

RULES: tuple[Rule, ...] = (
    cancer_history_spinal_pain.RULE,
    new_neurology.RULE,
    infection_signs.RULE,
    fragility_fracture.RULE,
    coughing_blood.RULE,
)
