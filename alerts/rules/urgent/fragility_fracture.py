"""A spinal fracture after hardly any trauma, or the signs of one.

A healthy vertebra does not break from a minor fall. Four ways to meet the rule: a fracture of the spine itself; any
fracture with severe pain in the next days; height lost or the spine newly bent; and, for people whose bones are at
risk, severe pain in the days after a minor injury or fall.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alerts.rules.case import Case
from alerts.rules.checks import Check, any_of, reaches
from alerts.rules.days import SPINE, back_pain
from alerts.rules.history import Event
from alerts.rules.rule import Rule, only_on
from alerts.rules.tiers import Tier

NO_OR_MINOR = ("none", "minor")
DAYS_AFTER = 3
SEVERE_PAIN = 7
"""Severe pain on the 0-10 scale."""
RISK_AGE = 70
"""Downie 2013: older age, steroids and trauma are the flags for fracture that carry weight."""
SIGNS = ("height_loss", "spine_deformity")
KINDS = ("fracture", "injury", "fall")


def _days_in_question(case: Case) -> set[int]:
    """Those with a sign, and those that an event reaches."""
    return case.days_saying(SIGNS) | case.days_after_events(KINDS, range(DAYS_AFTER + 1))


@only_on(_days_in_question)
def checks(case: Case, day: int) -> Iterator[Check]:
    """Any of the four ways."""
    yield any_of("signs", [*_events_that_count(case, day), *case.new_signs_on(day, SIGNS)])


def rests_on(case: Case, day: int) -> Iterable[int]:
    """The day, and the days of the events it follows."""
    return [day, *(event.date.toordinal() for event in _events_that_count(case, day).values())]


def _events_that_count(case: Case, day: int) -> dict[str, Event]:
    """The events of the day and the three before it that meet the rule on this day, by the way they do."""
    found: dict[str, Event] = {}
    for event in case.events_between(day - DAYS_AFTER, day, KINDS):
        way = _fracture(case, event, day) if event.kind == "fracture" else _trauma_at_risk(case, event, day)
        if way is not None:
            found[way] = event
    return found


def _fracture(case: Case, event: Event, day: int) -> str | None:
    if event.trauma not in NO_OR_MINOR:
        return None
    if event.site in SPINE and event.date.toordinal() == day:
        return "spinal_fracture"
    if _severe_pain(case, day) and back_pain(case.on(day)) is not False:
        return "severe_pain_after_fracture"
    return None


def _trauma_at_risk(case: Case, event: Event, day: int) -> str | None:
    if event.trauma == "minor" and _severe_pain(case, day) and _bones_at_risk(case, day):
        return "severe_pain_after_minor_trauma"
    return None


def _severe_pain(case: Case, day: int) -> bool:
    return reaches(case.on(day).worst_pain, SEVERE_PAIN)


def _bones_at_risk(case: Case, day: int) -> bool:
    profile = case.profile
    answered = profile.osteoporosis or profile.steroid_use or profile.cancer_history
    return bool(answered) or reaches(case.age(day), RISK_AGE)


RULE = Rule(
    id="fragility_fracture",
    version=1,
    tier=Tier.URGENT,
    source="Downie 2013; IFOMPT red-flags framework (Finucane 2020)",
    checks=checks,
    rests_on=rests_on,
    reach=DAYS_AFTER,
)
