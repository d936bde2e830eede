"""Coughing up blood, on any day.

NICE NG12 asks for an appointment within two weeks; being seen the same day is stricter on purpose, because beside
back pain it is rarely harmless.
"""

from __future__ import annotations

from collections.abc import Iterator

from alerts.rules.case import Case
from alerts.rules.checks import Check, any_of
from alerts.rules.rule import Rule, days_saying, only_on, the_day
from alerts.rules.tiers import Tier

SIGNS = ("coughing_blood",)


@only_on(days_saying(*SIGNS))
def checks(case: Case, day: int) -> Iterator[Check]:
    """Blood in the sputum, yes on the day."""
    yield any_of("signs", case.signs_on(day, SIGNS))


RULE = Rule(
    id="coughing_blood",
    version=1,
    tier=Tier.URGENT,
    source="NICE NG12 (suspected cancer: lung); stricter than its two weeks on purpose",
    checks=checks,
    rests_on=the_day,
)
