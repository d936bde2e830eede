"""Pain that grows the longer one lies down.

Ordinary back pain eases on lying down; pain from a tumour in the spine often does the opposite. By itself the answer
is too common, so it counts beside a persistent companion or a treatment that did not help.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from alerts.rules.case import Case
from alerts.rules.checks import Check, Facts, Quota, at_least, either
from alerts.rules.companions import (
    companions_new_for_six_weeks,
    days_persistent,
    new_companions_compared,
    persistent_companions_check,
)
from alerts.rules.rule import Rule, exactly_on
from alerts.rules.tiers import Tier
from alerts.rules.treatment_record import not_responded, trials_on
from alerts.rules.words import risen_facts, risen_since

HALF_THE_DAYS = Quota(days=28, answers=14, share=0.50)
MORE_OFTEN = 0.25
"""The 28-day share must be this much above its reference to count as changed."""


def _days_of_both(case: Case) -> set[int]:
    """Half of the answered days, and a companion or a failed treatment beside it."""
    days = HALF_THE_DAYS.days_met(case.worse_lying_down)
    if not days:
        return days
    with_companion = days.intersection(chain(*days_persistent(case).values()))
    return with_companion | {day for day in days - with_companion if not_responded(case, day)}


@exactly_on(_days_of_both)
def checks(case: Case, day: int) -> Iterator[Check]:
    """On half of the answered days, with a companion or a failed treatment."""
    yield HALF_THE_DAYS.check("worse_lying_down", case.worse_lying_down, day)
    yield either(
        "beside_it",
        persistent_companions_check(case, day),
        at_least("trials_not_responded", len(not_responded(case, day)), 1),
    )


def rests_on(case: Case, day: int) -> list[int]:
    """The days with a yes."""
    return case.worse_lying_down.yes_between(day - HALF_THE_DAYS.days + 1, day)


def changed(case: Case, day: int, since: int) -> list[str]:
    """The sign comes more often, or a lasting new companion."""
    more_often = ["worse_lying_down"] if risen_since(case.worse_lying_down, since, day, MORE_OFTEN) else []
    return more_often + companions_new_for_six_weeks(case, day, since)


def compared(case: Case, day: int, since: int) -> Facts:
    """The sign and each new companion beside its reference."""
    more_often = risen_facts(case.worse_lying_down, since, day, MORE_OFTEN)
    return {"worse_lying_down": more_often, **new_companions_compared(case, day, since)}


RULE = Rule(
    id="worse_lying_down",
    version=2,
    tier=Tier.SEE_DOCTOR,
    source="IFOMPT red-flags framework (Finucane 2020); NICE NG234",
    checks=checks,
    rests_on=rests_on,
    changed=changed,
    compared=compared,
    trials=trials_on,
)
