"""Book a visit within two weeks: patterns that last, fail to respond to treatment, or come together."""

from alerts.rules.rule import Rule
from alerts.rules.see_doctor import (
    flank_or_breath_pain,
    lung_symptoms,
    minor_trauma_older,
    night_rest_not_responding,
    night_rest_persistent,
    weight_loss,
    worse_lying_down,
    worsening_pain,
)

RULES: tuple[Rule, ...] = (
    night_rest_not_responding.RULE,
    night_rest_persistent.RULE,
    worsening_pain.RULE,
    lung_symptoms.RULE,
    weight_loss.RULE,
    flank_or_breath_pain.RULE,
    worse_lying_down.RULE,
    minor_trauma_older.RULE,
)
