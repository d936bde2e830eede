"""Pain at night or at rest for six weeks without a break, no treatment helping.

Six weeks is when guidelines begin to look further (ACR Appropriateness Criteria), and people hold out instead of
treating: so the rule does not wait for a failed treatment, but a treatment that helps holds it back.
"""

from __future__ import annotations

from collections.abc import Iterator

from alerts.rules.case import Case
from alerts.rules.checks import Check, Quota, at_least, at_most, is_so, reaches
from alerts.rules.night_rest import (
    A_POSITIVE,
    FAMILY,
    change_compared,
    changed_since,
    current_run,
    days_of_weeks_met,
    pattern_checks,
    pattern_days,
    weeks_met,
)
from alerts.rules.rule import Rule, exactly_on
from alerts.rules.see_doctor import night_rest_not_responding
from alerts.rules.tiers import Tier
from alerts.rules.treatment_record import responded, trials_on

SIX_WEEKS = Quota(days=42, answers=15, share=0.60)
ANY_WEEK = Quota(days=7, answers=1, share=A_POSITIVE)
WEEKS = 6
"""A positive in each of the six weeks."""
RUN_DAYS = 42
"""The current run of positives is at least this long, first and last day included."""


def _days_of_all(case: Case) -> set[int]:
    """The pattern, six weeks of it in one run, no treatment that helps, and not already the core rule."""
    days = pattern_days(case)
    if not days:
        return days
    days = days & SIX_WEEKS.days_met(case.night_rest) & days_of_weeks_met(case, WEEKS, ANY_WEEK)
    in_one_run = [day for day in days if reaches(_run_length(case, day), RUN_DAYS) and not responded(case, day)]
    return {day for day in in_one_run if not night_rest_not_responding.RULE.holds(case, day)}


@exactly_on(_days_of_all)
def checks(case: Case, day: int) -> Iterator[Check]:
    """The pattern, six weeks of it in one run, no treatment that helps, and not already the core rule."""
    yield from pattern_checks(case, day)
    yield SIX_WEEKS.check("night_rest_six_weeks", case.night_rest, day)
    yield at_least("weeks_with_positive_of_six", weeks_met(case, day, WEEKS, ANY_WEEK), WEEKS)
    yield at_least("run_of_positives_days", _run_length(case, day), RUN_DAYS)
    yield at_most("trials_responded", len(responded(case, day)), 0)
    core_holds = night_rest_not_responding.RULE.holds(case, day)
    yield is_so("core_rule_does_not_hold", not core_holds)


def rests_on(case: Case, day: int) -> list[int]:
    """The positive days of the current run in the six weeks."""
    return case.night_rest.yes_between(day - SIX_WEEKS.days + 1, day)


def _run_length(case: Case, day: int) -> int | None:
    run = current_run(case, day)
    return None if run is None else run[1] - run[0] + 1


RULE = Rule(
    id="night_rest_persistent",
    version=2,
    tier=Tier.SEE_DOCTOR,
    source="ACR Appropriateness Criteria, low back pain (six weeks); Finucane 2020",
    checks=checks,
    rests_on=rests_on,
    changed=changed_since,
    compared=change_compared,
    trials=trials_on,
    family=FAMILY,
    asks=(night_rest_not_responding.RULE,),
)
