"""Symptoms of the chest that stay for six weeks beside the pain.

NICE NG12 sends people of 40 and over for a chest X-ray with two such symptoms, or with one if they ever smoked or met
asbestos. It asks for three weeks; this rule for six, so that colds pass. Fatigue alone never counts: it is too common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from alerts.rules.case import Case
from alerts.rules.checks import Check, Facts, at_least, both, either, is_so, reaches
from alerts.rules.companions import (
    FATIGUE,
    WEIGHT_LOSS,
    companion_days,
    companion_new_since,
    companions_for_six_weeks,
    days_for_six_weeks,
    days_persistent,
    persistent_companions,
    six_weeks_check,
)
from alerts.rules.remembering import remembered
from alerts.rules.rule import Rule, exactly_on
from alerts.rules.tiers import Tier
from alerts.rules.words import new_facts

AGE = 40
SMOKED = ("former", "current")
TWO = 2


def _days_of_either(case: Case) -> set[int]:
    """A companion there for six weeks as one of two, or by itself at a higher risk."""
    for_six_weeks = days_for_six_weeks(case)
    if not for_six_weeks:
        return set()
    persistent = days_persistent(case)
    companions = Counter(chain.from_iterable(persistent.values()))
    of_persistent = {day for name, days in for_six_weeks.items() for day in days & persistent.get(name, set())}
    of_two = {day for day in of_persistent if companions[day] >= TWO}
    alone = {day for name, days in for_six_weeks.items() if name != FATIGUE for day in days}
    at_any_age = alone if case.profile.asbestos_exposure else set()
    at_that_age = of_two | alone if case.profile.smoking in SMOKED else of_two
    return at_any_age | {day for day in at_that_age if reaches(case.age(day), AGE)}


@exactly_on(_days_of_either)
def checks(case: Case, day: int) -> Iterator[Check]:
    """A companion there for six weeks that counts: as one of two, or by itself at a higher risk."""
    yield six_weeks_check("companions_for_six_weeks", case, day, companions_for_six_weeks(case, day))
    yield either("enough_to_count", _as_one_of_two(case, day), _by_itself(case, day))


def rests_on(case: Case, day: int) -> list[int]:
    """The days with a yes for the companions that count."""
    return companion_days(case, _counting(case, day), day)


def changed(case: Case, day: int, since: int) -> list[str]:
    """The symptom that counts for six weeks is new since."""
    return [name for name in _counting(case, day) if companion_new_since(case, name, day, since)]


def compared(case: Case, day: int, since: int) -> Facts:
    """Each symptom that counts beside its reference."""
    counting = _counting(case, day)
    return {name: new_facts(case.symptom(name), since, day) for name in counting if name != WEIGHT_LOSS}


@remembered
def _as_one_of_two(case: Case, day: int) -> Check:
    """At 40 and over: two persistent companions, at least one of them for six weeks."""
    return both(
        "one_of_two",
        at_least("age", case.age(day), AGE),
        at_least("persistent_companions", len(persistent_companions(case, day)), TWO),
        six_weeks_check("of_them_for_six_weeks", case, day, _of_persistent(case, day)),
    )


@remembered
def _by_itself(case: Case, day: int) -> Check:
    """One for six weeks, never fatigue: at 40 and over for who ever smoked, at any age after asbestos."""
    smoked = case.profile.smoking in SMOKED
    return both(
        "by_itself",
        six_weeks_check("other_than_fatigue", case, day, _other_than_fatigue(case, day)),
        either(
            "risk",
            both("smoked", is_so("former_or_current", smoked), at_least("age", case.age(day), AGE)),
            is_so("asbestos_exposure", case.profile.asbestos_exposure),
        ),
    )


def _counting(case: Case, day: int) -> list[str]:
    """The companions by whose six weeks the rule is met."""
    counting: set[str] = set()
    if _as_one_of_two(case, day).met:
        counting.update(_of_persistent(case, day))
    if _by_itself(case, day).met:
        counting.update(_other_than_fatigue(case, day))
    return sorted(counting)


def _of_persistent(case: Case, day: int) -> list[str]:
    persistent = persistent_companions(case, day)
    return [name for name in companions_for_six_weeks(case, day) if name in persistent]


def _other_than_fatigue(case: Case, day: int) -> list[str]:
    return [name for name in companions_for_six_weeks(case, day) if name != FATIGUE]


RULE = Rule(
    id="lung_symptoms",
    version=2,
    tier=Tier.SEE_DOCTOR,
    source="NICE NG12 (lung cancer, mesothelioma), later than its three weeks on purpose; Hamilton 2005 (CAPER)",
    checks=checks,
    rests_on=rests_on,
    changed=changed,
    compared=compared,
)
