"""A minor injury or fall at 50 and over, or on steroids, with new back pain that is still there a week later.

Bruises fade within a week; a broken vertebra does not (Downie 2013: age, steroids, trauma). It is about the event:
what came before it, a visit included, does not hold it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from alerts.rules.case import Case
from alerts.rules.checks import Check, any_of, at_least, either, is_so, reaches
from alerts.rules.days import back_pain
from alerts.rules.rule import Rule, only_on
from alerts.rules.tiers import Tier
from alerts.rules.urgent import fragility_fracture

AGE = 50
PAIN = 4
"""Moderate pain begins at 4 on the 0-10 scale."""
DAYS_AFTER = 3
"""The pain begins on the day of the event or up to so many days after it."""
BEFORE_DAYS = 14
BEFORE_SCORES = 4
ABOVE_BEFORE = 2.0
"""Points above the mean of the fortnight before the event, when it holds enough scores."""
KINDS = ("injury", "fall")
AGAIN_FROM, AGAIN_TO = 7, 10
"""Days after the first painful day on which it must still hurt."""


def _days_in_question(case: Case) -> set[int]:
    """The days on which pain that an event began can still be there."""
    return case.days_after_events(KINDS, range(AGAIN_FROM, DAYS_AFTER + AGAIN_TO + 1))


@only_on(_days_in_question)
def checks(case: Case, day: int) -> Iterator[Check]:
    """Someone at risk, and an event whose pain is still there; no sign of a fracture, which is more urgent."""
    yield either("at_risk", at_least("age", case.age(day), AGE), is_so("steroid_use", case.profile.steroid_use))
    yield any_of("events", [date.fromordinal(event).isoformat() for event, _ in _lasting(case, day)])


def rests_on(case: Case, day: int) -> list[int]:
    """The event, the first painful day after it, and the day it still hurts."""
    return [day, *(each for pair in _lasting(case, day) for each in pair)]


def _lasting(case: Case, day: int) -> list[tuple[int, int]]:
    """The events of which the pain is still there on the day, each with its first painful day."""
    if not _hurts(case, day):
        return []
    events = case.events_between(day - AGAIN_TO - DAYS_AFTER, day - AGAIN_FROM, KINDS)
    days = [event.date.toordinal() for event in events if event.trauma == "minor"]
    return [
        (event, began)
        for event in days
        for began in range(event, event + DAYS_AFTER + 1)
        if AGAIN_FROM <= day - began <= AGAIN_TO
        and _new_pain(case, event, began)
        and not _fracture_since(case, event, day)
    ]


def _new_pain(case: Case, event: int, began: int) -> bool:
    """Back pain of at least 4, and 2 points above the fortnight before the event if that is known."""
    pain = case.on(began).worst_pain
    if pain is None or not _hurts(case, began):
        return False
    scores, total = case.worst_pain.window(event - 1, BEFORE_DAYS)
    return scores < BEFORE_SCORES or reaches(pain - total / scores, ABOVE_BEFORE)


def _hurts(case: Case, day: int) -> bool:
    today = case.on(day)
    return back_pain(today) is True and reaches(today.worst_pain, PAIN)


def _fracture_since(case: Case, event: int, day: int) -> bool:
    return any(fragility_fracture.RULE.holds(case, each) for each in range(event, day + 1))


RULE = Rule(
    id="minor_trauma_older",
    version=1,
    tier=Tier.SEE_DOCTOR,
    source="Downie 2013; IFOMPT red-flags framework (Finucane 2020)",
    checks=checks,
    rests_on=rests_on,
    about_an_event=True,
    asks=(fragility_fracture.RULE,),
)
