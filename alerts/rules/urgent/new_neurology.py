"""New weakness of a leg, unsteady walking, or pain like a tight band.

The early signs of pressure on the spinal cord. *Newly* means that none of the 14 days before said yes: a sign that has
been there all along is not news.
"""

from __future__ import annotations

from collections.abc import Iterator

from alerts.rules.case import Case
from alerts.rules.checks import Check, any_of
from alerts.rules.rule import Rule, days_saying, only_on, the_day
from alerts.rules.tiers import Tier

SIGNS = ("leg_weak", "unsteady_walking", "band_like_pain")


@only_on(days_saying(*SIGNS))
def checks(case: Case, day: int) -> Iterator[Check]:
    """Any of the signs newly yes."""
    yield any_of("new_signs", case.new_signs_on(day, SIGNS))


RULE = Rule(
    id="new_neurology",
    version=1,
    tier=Tier.URGENT,
    source="NICE NG234 (metastatic spinal cord compression); Levack 2002",
    checks=checks,
    rests_on=the_day,
)
