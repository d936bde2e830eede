"""Six weeks of painful nights where silence is not a no.

Asks the same, but a week in which next to nothing was answered neither makes nor breaks the pattern, and a run is not
broken by days no one wrote about: see `silent_weeks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from alerts.rules.candidates.silent_weeks import (
    changed_since,
    days_of_weeks,
    pattern_checks,
    pattern_days,
    run_length,
    weeks_checks,
)
from alerts.rules.case import Case
from alerts.rules.checks import Check, at_least, at_most, is_so
from alerts.rules.rule import exactly_on
from alerts.rules.see_doctor import night_rest_not_responding, night_rest_persistent
from alerts.rules.see_doctor.night_rest_persistent import RUN_DAYS, SIX_WEEKS, WEEKS
from alerts.rules.treatment_record import responded

WEEKS_WITH_POSITIVE = 4
"""Of the last six weeks at least four hold a positive answer."""


def _days_of_all(case: Case) -> set[int]:
    """The pattern, six weeks of it in one run, no treatment that helps, and not already the core rule."""
    days = pattern_days(case)
    if not days:
        return days
    days = days & SIX_WEEKS.days_met(case.night_rest) & days_of_weeks(case, WEEKS, WEEKS_WITH_POSITIVE)
    in_one_run = [day for day in days if run_length(case, day) >= RUN_DAYS and not responded(case, day)]
    return {day for day in in_one_run if not night_rest_not_responding.RULE.holds(case, day)}


@exactly_on(_days_of_all)
def checks(case: Case, day: int) -> Iterator[Check]:
    """The pattern, six weeks of it in one run, no treatment that helps, and not already the core rule."""
    yield from pattern_checks(case, day)
    yield SIX_WEEKS.check("night_rest_six_weeks", case.night_rest, day)
    yield from weeks_checks(case, day, WEEKS, WEEKS_WITH_POSITIVE)
    yield at_least("run_of_positives_days", run_length(case, day), RUN_DAYS)
    yield at_most("trials_responded", len(responded(case, day)), 0)
    core_holds = night_rest_not_responding.RULE.holds(case, day)
    yield is_so("core_rule_does_not_hold", not core_holds)


RULE = replace(night_rest_persistent.RULE, version=3, checks=checks, changed=changed_since)
