"""More than a year since a doctor looked at this pain, and it is still there.

What a doctor has examined asks for a visit only when it changes, however long ago that was: nearly all chronic pain is
benign, and a lapsed year is no danger sign. But no one should carry a pattern for years that no doctor has looked at
again, so the person is asked, once a year, to have it checked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date

from alerts.rules.assessments import YEAR
from alerts.rules.case import Case
from alerts.rules.checks import Check, any_of, is_so
from alerts.rules.episodes import finding_days, held_days
from alerts.rules.in_force import assessment_in_force
from alerts.rules.remembering import remembered_by_version
from alerts.rules.rule import Rule, exactly_on
from alerts.rules.see_doctor import RULES as SEE_DOCTOR
from alerts.rules.tiers import Tier
from alerts.rules.treatment_record import trials_on

PATTERNS = tuple(rule for rule in SEE_DOCTOR if not rule.about_an_event)
"""Those that ask for change while an assessment is in force; `minor_trauma_older` does not."""

NOTHING_FOUND_DAYS = 180
"""As long as a see-a-doctor rule keeps quiet after a finding: a person who was asked to go needs no softer advice."""


def _days_due(case: Case) -> set[int]:
    """The recorded days, more than a year after the assessment in force, on which a pattern is there and no alarm."""
    days = {day for day in case.recorded_days if _days_ago(case, day) > YEAR} if case.assessments else set()
    if not days:
        return days
    still_there = [day for day in days if _still_there(case, day) and not _alarming(case, day)]
    return {day for day in still_there if not _found_lately(case, day)}


@exactly_on(_days_due)
def checks(case: Case, day: int) -> Iterator[Check]:
    """An old assessment, a pattern that it did not end, no alarm now or lately, and an entry of the day."""
    since, days_ago = assessment_in_force(case, day), _days_ago(case, day)
    seen = {"since": None if since is None else date.fromordinal(since).isoformat(), "value": days_ago or None}
    yield Check("days_since_assessment", days_ago > YEAR, lambda: {**seen, "threshold": YEAR + 1})
    if days_ago <= YEAR:
        return
    yield any_of("patterns", [rule.id for rule in _still_there(case, day)])
    alarming = _alarming(case, day)
    yield Check("no_see_doctor_rule_holds", not alarming, lambda: {"holding": alarming})
    lately = _found_lately(case, day)
    yield Check("no_see_doctor_finding", not lately, lambda: {"found": lately, "calendar_days": NOTHING_FOUND_DAYS})
    yield is_so("new_entry", day in case.recorded)


def rests_on(case: Case, day: int) -> list[int]:
    """The days that the patterns are based on."""
    return [each for rule in _still_there(case, day) for each in rule.rests_on(case, day)]


def _days_ago(case: Case, day: int) -> int:
    """How long ago the assessment in force was; 0 when there is none."""
    since = assessment_in_force(case, day)
    return 0 if since is None else day - since


def _still_there(case: Case, day: int) -> list[Rule]:
    """The rules that hold on their own conditions; of a family the first."""
    if case.whole:
        for rule in PATTERNS:
            rule.possible_days(case)  # in one pass, before they are asked about each day
    holding = [rule for rule in PATTERNS if rule.meets_own_conditions(case, day)]
    return list({rule.family or rule.id: rule for rule in reversed(holding)}.values())[::-1]


def _alarming(case: Case, day: int) -> list[str]:
    return [rule.id for rule in PATTERNS if rule.holds(case, day)]


def _found_lately(case: Case, day: int) -> list[str]:
    """The days of see-a-doctor findings in the last 180 days."""
    findings = _see_doctor_findings(case)
    lately = findings[bisect_right(findings, day - NOTHING_FOUND_DAYS) : bisect_right(findings, day)]
    return [date.fromordinal(found).isoformat() for found in lately]


@remembered_by_version
def _see_doctor_findings(case: Case) -> list[int]:
    """The days on which a see-a-doctor rule is found, and those on which an earlier version found it."""
    versions = [case.versions.get(rule.id, rule) for rule in SEE_DOCTOR]
    held = {} if case.last_day is None else {rule: held_days(rule, case, case.last_day) for rule in versions}
    found = {day for _, day in finding_days(held, case)}
    return sorted(found.union(*case.on_record.values()))


RULE = Rule(
    id="check_up_due",
    version=1,
    tier=Tier.CHECK_UP,
    source="Finucane 2020 (a red flag is judged by its change); Dunn 2006 (most back pain that lasts is benign)",
    checks=checks,
    rests_on=rests_on,
    trials=trials_on,
    asks=SEE_DOCTOR,
)
