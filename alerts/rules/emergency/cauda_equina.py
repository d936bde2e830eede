"""Cauda equina: the nerves at the end of the spinal cord may be under pressure.

Any of numbness where one sits on a saddle, a change of bladder or bowel, weakness of both legs, or being unable to
walk. Hours decide about lasting harm, so one yes on one day is enough.
"""

from __future__ import annotations

from collections.abc import Iterator

from alerts.rules.case import Case
from alerts.rules.checks import Check, any_of
from alerts.rules.rule import Rule, days_saying, only_on, the_day
from alerts.rules.tiers import Tier

SIGNS = ("saddle_numbness", "bladder_change", "bowel_change", "both_legs_weak", "unable_to_walk")


@only_on(days_saying(*SIGNS))
def checks(case: Case, day: int) -> Iterator[Check]:
    """Any of the signs, yes on the day."""
    yield any_of("signs", case.signs_on(day, SIGNS))


RULE = Rule(
    id="cauda_equina",
    version=1,
    tier=Tier.EMERGENCY,
    source="GIRFT national suspected cauda equina syndrome pathway; NICE NG234",
    checks=checks,
    rests_on=the_day,
)
