"""Companions: what makes back pain weigh more when it stays beside it.

A cough, breathlessness, fatigue, loss of appetite, chest pain, and a weight loss of 3 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from alerts.rules.case import Case
from alerts.rules.checks import Check, Facts, Quota
from alerts.rules.remembering import remembered
from alerts.rules.weights import days_lost_three_percent, loss_new_since, lost_three_percent, weighed_days
from alerts.rules.words import (
    BEFORE_THE_DIARY,
    FOR_SIX_WEEKS,
    PERSISTENT,
    new_facts,
    new_since,
)

FATIGUE = "fatigue"
WEIGHT_LOSS = "weight_loss"
SYMPTOMS = ("cough", "breathlessness", FATIGUE, "appetite_loss", "chest_pain")

OF_A_LUNG_CONDITION = frozenset({"cough", "breathlessness"})
"""With a known long-term lung condition these are persistent only when they are new since the diary began."""


@remembered
def persistent_companions(case: Case, day: int) -> list[str]:
    """The companions that are persistent on the day; a loss of 3 % always is."""
    return _lasting(case, day, PERSISTENT)


@remembered
def companions_for_six_weeks(case: Case, day: int) -> list[str]:
    """The companions there for six weeks on the day; a loss of 3 % counts as six weeks."""
    return _lasting(case, day, FOR_SIX_WEEKS)


@remembered
def companions_new_for_six_weeks(case: Case, day: int, since: int) -> list[str]:
    """The companions other than fatigue that are new since the visit and there for six weeks."""
    return [
        companion
        for companion in companions_for_six_weeks(case, day)
        if companion != FATIGUE and companion_new_since(case, companion, day, since)
    ]


def new_companions_compared(case: Case, day: int, since: int) -> Facts:
    """Each of these symptoms beside its reference."""
    new = companions_new_for_six_weeks(case, day, since)
    return {name: new_facts(case.symptom(name), since, day) for name in new if name != WEIGHT_LOSS}


def days_persistent(case: Case) -> Mapping[str, set[int]]:
    """By companion the days on which it is persistent; without those that have none."""
    return _days_lasting(case, PERSISTENT)


def days_for_six_weeks(case: Case) -> Mapping[str, set[int]]:
    """By companion the days on which it is there for six weeks; without those that have none."""
    return _days_lasting(case, FOR_SIX_WEEKS)


def persistent_companions_check(case: Case, day: int) -> Check:
    """At least one persistent companion."""
    return _counted("persistent_companions", case, day, persistent_companions(case, day), PERSISTENT)


def six_weeks_check(name: str, case: Case, day: int, companions: Sequence[str]) -> Check:
    """At least one of these companions, each with its counts over six weeks."""
    return _counted(name, case, day, companions, FOR_SIX_WEEKS)


def companion_days(case: Case, companions: Iterable[str], day: int) -> list[int]:
    """The days a finding is based on when these companions count for six weeks: those with a yes, or weighed."""
    first = day - FOR_SIX_WEEKS.days + 1
    return [
        yes
        for name in companions
        for yes in (weighed_days(case, day) if name == WEIGHT_LOSS else case.symptom(name).yes_between(first, day))
    ]


def companion_new_since(case: Case, companion: str, day: int, since: int) -> bool:
    """Whether the companion was not there at the reference."""
    if companion == WEIGHT_LOSS:
        return loss_new_since(case, since)
    return new_since(case.symptom(companion), since, day)


def _counted(name: str, case: Case, day: int, companions: Sequence[str], quota: Quota) -> Check:
    def counts() -> Facts:
        of_symptoms = {one: quota.counts(case.symptom(one), day) for one in companions if one != WEIGHT_LOSS}
        return {"found": list(companions), **of_symptoms}

    return Check(name, bool(companions), counts)


def _lasting(case: Case, day: int, quota: Quota) -> list[str]:
    if case.whole:
        return [name for name, days in _days_lasting(case, quota).items() if day in days]
    symptoms = [
        name for name in SYMPTOMS if quota.met(case.symptom(name), day) and not _known_lung_condition(case, name, day)
    ]
    return [*symptoms, WEIGHT_LOSS] if lost_three_percent(case, day) else symptoms


@remembered
def _days_lasting(case: Case, quota: Quota) -> Mapping[str, set[int]]:
    said = [name for name in SYMPTOMS if quota.can_be_met(case.yes_days(name))]
    days = {name: quota.days_met(case.symptom(name)) for name in said}
    for name in OF_A_LUNG_CONDITION.intersection(days) if case.profile.long_term_lung_condition else ():
        days[name] = {day for day in days[name] if not _known_lung_condition(case, name, day)}
    days[WEIGHT_LOSS] = days_lost_three_percent(case)
    return {name: lasting for name, lasting in days.items() if lasting}


def _known_lung_condition(case: Case, name: str, day: int) -> bool:
    """Whether the symptom belongs to a lung condition that was there when the diary began."""
    return (
        case.profile.long_term_lung_condition is True
        and name in OF_A_LUNG_CONDITION
        and not new_since(case.symptom(name), BEFORE_THE_DIARY, day)
    )
