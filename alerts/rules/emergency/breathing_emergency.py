"""Breathing emergency: a clot in the lung, a major bleed or a heart attack must be ruled out at once.

Coughing up much blood, breathlessness at rest, collapse or sudden chest pain; or breathlessness that came suddenly on
a day when the pain is worse on a deep breath, the way a clot in the lung begins.
"""

from __future__ import annotations

from collections.abc import Iterator

from alerts.rules.case import Case
from alerts.rules.checks import Check, any_of
from alerts.rules.rule import Rule, days_saying, only_on, the_day
from alerts.rules.tiers import Tier

SIGNS = ("coughing_much_blood", "breathless_at_rest", "collapse", "sudden_chest_pain")
SUDDEN = "sudden_breathlessness"


@only_on(days_saying(*SIGNS, SUDDEN))
def checks(case: Case, day: int) -> Iterator[Check]:
    """Any of the signs alone, or sudden breathlessness with pain on a deep breath the same day."""
    sudden = case.signs_on(day, [SUDDEN]) if case.on(day).worse_on_deep_breath else []
    yield any_of("signs", case.signs_on(day, SIGNS) + sudden)


RULE = Rule(
    id="breathing_emergency",
    version=1,
    tier=Tier.EMERGENCY,
    source="IFOMPT red-flags framework (Finucane 2020); NICE NG12 (haemoptysis)",
    checks=checks,
    rests_on=the_day,
)
