"""Spinal pain in someone who has had cancer.

A history of cancer is the one strong flag (likelihood ratio about 15: Deyo 1988, Downie 2013), so one day is enough:
moderate pain in the neck, the upper or mid back, pain at night or at rest, pain worse on straining, or severe pain
low in the back, where ordinary pain is commonest and more is asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from alerts.rules.case import Case
from alerts.rules.checks import Check, any_of, is_so
from alerts.rules.days import night_rest
from alerts.rules.history import Answers
from alerts.rules.rule import Rule, only_on, the_day
from alerts.rules.tiers import Tier

UPPER_SITES = frozenset({"neck", "upper_back", "mid_back"})
UPPER_PAIN = 4
"""Moderate pain on the 0-10 scale."""
LOWER_SITES = frozenset({"lower_back"})
LOWER_PAIN = 7
"""Severe pain on the 0-10 scale."""


@only_on(lambda case: set(case.days) if case.profile.cancer_history else set())
def checks(case: Case, day: int) -> Iterator[Check]:
    """A history of cancer, and any of the signs on the day."""
    yield is_so("cancer_history", case.profile.cancer_history)
    yield any_of("signs", _signs(case.on(day)))


def _signs(today: Answers) -> Iterator[str]:
    if _hurts(today, UPPER_SITES, UPPER_PAIN):
        yield "neck_upper_or_mid_back_pain"
    if night_rest(today):
        yield "night_rest_pain"
    if today.worse_on_straining:
        yield "worse_on_straining"
    if _hurts(today, LOWER_SITES, LOWER_PAIN):
        yield "severe_lower_back_pain"


def _hurts(today: Answers, sites: frozenset[str], score: int) -> bool:
    """Pain at one of the sites on a day whose worst pain reaches the score."""
    if today.worst_pain is None or today.worst_pain < score or today.sites is None:
        return False
    return not sites.isdisjoint(today.sites)


RULE = Rule(
    id="cancer_history_spinal_pain",
    version=1,
    tier=Tier.URGENT,
    source="NICE CG75, now NG234 (contact within 24 hours); Deyo 1988; Downie 2013",
    checks=checks,
    rests_on=the_day,
)
