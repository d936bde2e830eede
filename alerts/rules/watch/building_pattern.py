"""Night or rest pain that is building: worth keeping the diary for.

Half of a fortnight's nights hurt, but no see-a-doctor rule holds. It says what is still missing (days, answers, a
treatment's length, change since the visit) and never that all is well.
"""

from __future__ import annotations

from collections.abc import Iterator

from alerts.rules.case import Case
from alerts.rules.checks import Check, Quota
from alerts.rules.rule import Rule, exactly_on
from alerts.rules.see_doctor import RULES as SEE_DOCTOR
from alerts.rules.tiers import Tier
from alerts.rules.treatment_record import trials_on

BUILDING = Quota(days=14, answers=7, share=0.50)


def _days_of_building(case: Case) -> set[int]:
    """Half of the nights positive, and no see-a-doctor rule holds."""
    days = BUILDING.days_met(case.night_rest)
    return {day for day in days if not _holding(case, day)} if days else days


@exactly_on(_days_of_building)
def checks(case: Case, day: int) -> Iterator[Check]:
    """Half of at least 7 answers in 14 days positive, and no see-a-doctor rule holds."""
    yield BUILDING.check("night_rest", case.night_rest, day)
    holding = _holding(case, day)
    yield Check("no_see_doctor_rule_holds", not holding, lambda: {"holding": holding})


def _holding(case: Case, day: int) -> list[str]:
    return [rule.id for rule in SEE_DOCTOR if rule.holds(case, day)]


def rests_on(case: Case, day: int) -> list[int]:
    """The positive days of the fortnight."""
    return case.night_rest.yes_between(day - BUILDING.days + 1, day)


RULE = Rule(
    id="building_pattern",
    version=1,
    tier=Tier.WATCH,
    source="Henschke 2009 and Harding 2005: a single flag says little, so nothing is pushed",
    checks=checks,
    rests_on=rests_on,
    trials=trials_on,
    asks=SEE_DOCTOR,
)
