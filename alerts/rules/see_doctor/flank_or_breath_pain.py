"""Flank pain, or pain that is worse on a deep breath, that stays.

Pain in the flank can come from a kidney or a rib, pain on a deep breath from the lining of the lung. Each sign is
judged on its own: on half of the days for three weeks, or for a week when a companion is there for longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from alerts.rules.case import Case
from alerts.rules.checks import Check, Facts, Quota, both, either
from alerts.rules.companions import (
    companions_new_for_six_weeks,
    days_persistent,
    new_companions_compared,
    persistent_companions_check,
)
from alerts.rules.days import FLANK
from alerts.rules.remembering import remembered
from alerts.rules.rule import Rule, exactly_on
from alerts.rules.series import Series
from alerts.rules.tiers import Tier
from alerts.rules.words import risen_facts, risen_since

ALONE = Quota(days=21, answers=9, share=0.50)
WITH_COMPANION = Quota(days=7, answers=5, share=0.50)
MORE_OFTEN = 0.25
"""The 28-day share of the sign must be this much above its reference to count as changed."""


@remembered
def _days_by_sign(case: Case) -> Mapping[str, set[int]]:
    """The days on which each sign comes on half of the days of three weeks, or of one beside a companion."""
    signs = {name: sign for name, sign in _signs(case).items() if name != "flank_pain" or case.ever_at(FLANK)}
    return {name: _days_of_sign(case, sign) for name, sign in signs.items()}


def _days_of_sign(case: Case, sign: Series) -> set[int]:
    alone, last_week = ALONE.days_met(sign), WITH_COMPANION.days_met(sign)
    return alone | last_week.intersection(chain(*days_persistent(case).values())) if last_week else alone


def _days_of_either(case: Case) -> set[int]:
    """Either sign, alone or with a persistent companion."""
    return set().union(*_days_by_sign(case).values())


@exactly_on(_days_of_either)
def checks(case: Case, day: int) -> Iterator[Check]:
    """Either sign, alone or with a persistent companion."""
    yield either("signs", *_sign_checks(case, day))


def rests_on(case: Case, day: int) -> list[int]:
    """The days with a yes for the signs that are met."""
    signs = _signs(case)
    return [yes for name in _met(case, day) for yes in signs[name].yes_between(day - ALONE.days + 1, day)]


def changed(case: Case, day: int, since: int) -> list[str]:
    """The very sign that is met comes more often, or a lasting new companion."""
    signs = _signs(case)
    more_often = [name for name in _met(case, day) if risen_since(signs[name], since, day, MORE_OFTEN)]
    return more_often + companions_new_for_six_weeks(case, day, since)


def compared(case: Case, day: int, since: int) -> Facts:
    """Each sign that is met, and each new companion, beside its reference."""
    signs = _signs(case)
    met = {name: risen_facts(signs[name], since, day, MORE_OFTEN) for name in _met(case, day)}
    return {**met, **new_companions_compared(case, day, since)}


def _signs(case: Case) -> dict[str, Series]:
    return {"flank_pain": case.flank_pain, "worse_on_deep_breath": case.worse_on_deep_breath}


def _met(case: Case, day: int) -> list[str]:
    if case.whole:
        return [name for name, days in _days_by_sign(case).items() if day in days]
    return [check.name for check in _sign_checks(case, day) if check.met]


@remembered
def _sign_checks(case: Case, day: int) -> list[Check]:
    return [_check(case, name, sign, day) for name, sign in _signs(case).items()]


def _check(case: Case, name: str, sign: Series, day: int) -> Check:
    alone = ALONE.check("alone", sign, day)
    last_week = WITH_COMPANION.check("last_week", sign, day)
    beside = [persistent_companions_check(case, day)] if last_week.met else []
    return either(name, alone, both("with_companion", last_week, *beside))


RULE = Rule(
    id="flank_or_breath_pain",
    version=2,
    tier=Tier.SEE_DOCTOR,
    source="IFOMPT red-flags framework (Finucane 2020); NICE NG12 (chest pain, renal cancer)",
    checks=checks,
    rests_on=rests_on,
    changed=changed,
    compared=compared,
)
