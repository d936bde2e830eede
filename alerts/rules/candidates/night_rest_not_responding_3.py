"""The core rule where silence is not a no.

Asks the same, but a week in which next to nothing was answered neither makes nor breaks the pattern: see
`silent_weeks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from alerts.rules.candidates.silent_weeks import changed_since, pattern_checks, pattern_days
from alerts.rules.case import Case
from alerts.rules.checks import Check, at_least
from alerts.rules.rule import exactly_on
from alerts.rules.see_doctor import night_rest_not_responding
from alerts.rules.see_doctor.night_rest_not_responding import FAILED_TRIALS
from alerts.rules.treatment_record import not_responded


def _days_of_pattern_and_trial(case: Case) -> set[int]:
    """The pattern in spite of silent weeks, and a trial that counts as not responded."""
    return {day for day in pattern_days(case) if not_responded(case, day)}


@exactly_on(_days_of_pattern_and_trial)
def checks(case: Case, day: int) -> Iterator[Check]:
    """The pattern in spite of silent weeks, and a trial that counts as not responded."""
    yield from pattern_checks(case, day)
    yield at_least("trials_not_responded", len(not_responded(case, day)), FAILED_TRIALS)


RULE = replace(night_rest_not_responding.RULE, version=3, checks=checks, changed=changed_since)
