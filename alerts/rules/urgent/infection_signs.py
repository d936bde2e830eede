"""Fever with back or flank pain, or flank pain with blood in the urine, on the same day.

An infection of the spine or a kidney, or a stone that blocks one, does not wait for an appointment.
"""

from __future__ import annotations

from collections.abc import Iterator

from alerts.rules.case import Case
from alerts.rules.checks import Check, any_of
from alerts.rules.days import back_pain, flank_pain
from alerts.rules.history import Answers
from alerts.rules.rule import Rule, days_saying, only_on, the_day
from alerts.rules.tiers import Tier


@only_on(days_saying("fever", "blood_in_urine"))
def checks(case: Case, day: int) -> Iterator[Check]:
    """Either combination on the day."""
    yield any_of("signs", _signs(case.on(day)))


def _signs(today: Answers) -> Iterator[str]:
    if today.symptoms.get("fever") and back_pain(today):
        yield "fever_with_back_or_flank_pain"
    if today.symptoms.get("blood_in_urine") and flank_pain(today):
        yield "flank_pain_with_blood_in_urine"


RULE = Rule(
    id="infection_signs",
    version=1,
    tier=Tier.URGENT,
    source="IFOMPT red-flags framework (Finucane 2020)",
    checks=checks,
    rests_on=the_day,
)
