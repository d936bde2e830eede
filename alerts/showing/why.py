"""Why an alert, and why none: each rule on one date, with what was counted and what is missing."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import translation
from msgspec import Struct

from alerts.histories.reading import reading_of
from alerts.messages.evidence import Evidence
from alerts.messages.explanation import Explanation, explained
from alerts.messages.missing import NO_ALL_CLEAR, missing_wording
from alerts.messages.patterns import PATTERNS
from alerts.rules.assessments import YEAR
from alerts.rules.case import Case
from alerts.rules.checks import Check
from alerts.rules.findings import Finding, finding_of
from alerts.rules.history import History
from alerts.rules.in_force import assessment_in_force, kept_under
from alerts.rules.rule import Outcome
from alerts.rules.screening import history_up_to, rules_on
from alerts.rules.tiers import Tier
from alerts.showing.shapes import TierWord
from diary.access.levels import Access
from diary.models import User
from diary.reaching.languages import DEFAULT


class MissingCheck(Struct, frozen=True):
    """One condition of the rule that the diary does not meet; `says` explains it."""

    check: str
    says: str


class ScreenedRule(Struct, frozen=True):
    """One rule on the date: `counts` holds every check by name, `missing` those not met.

    `explained` says in words what a rule that is met is based on; null for one that is not met.
    """

    rule: str
    rule_version: int
    tier: TierWord
    title: str
    met: bool
    counts: dict[str, Any]
    trials: list[dict[str, Any]]
    explained: Explanation | None
    missing: list[MissingCheck]


class LastAssessment(Struct, frozen=True):
    """When a doctor last examined this pain, and until when that counts; both null if none has, or too long ago.

    `in_force_until` is null, too, once the diary was kept after it: it then counts until the next visit. `ask` means
    that it is time to ask the person about a visit: none counts, or the last was over a year ago.
    """

    on: date | None
    in_force_until: date | None
    ask: bool


class ScreeningNow(Struct, frozen=True):
    """Every rule as of one date. `note` explains that this is not an all-clear."""

    as_of: date
    note: str
    assessment: LastAssessment
    items: list[ScreenedRule]


def screening_now(*, access: Access, as_of: date | None, now: datetime) -> ScreeningNow:
    """Every rule on the patient's date, or as of another. A watch is for the patient alone (`own`).

    Raises LookupError when the diary is gone.
    """
    history, zone, _, known = reading_of(patient_id=access.patient_id)()
    recorded = [entry.date for entry in history.entries] + [event.date for event in history.events]
    as_of = as_of or max([now.astimezone(zone).date(), *recorded])
    outcomes = [outcome for outcome in rules_on(history, on=as_of, on_record=known) if _is_for(outcome, access.level)]
    whose = None if access.level == "own" else User.objects.get(patient=access.patient_id).get_full_name()
    with translation.override(access.language or DEFAULT):
        return ScreeningNow(
            as_of,
            str(NO_ALL_CLEAR),
            last_assessment(history, as_of),
            [_screened(outcome, whose) for outcome in outcomes],
        )


def last_assessment(history: History, as_of: date) -> LastAssessment:
    """The assessment in force on a date, and whether to ask for another."""
    case, day = Case(history_up_to(history, as_of)), as_of.toordinal()
    in_force = assessment_in_force(case, day)
    if in_force is None:
        return LastAssessment(None, None, ask=True)
    until = None if kept_under(case, in_force) else date.fromordinal(in_force + YEAR)
    return LastAssessment(date.fromordinal(in_force), until, ask=day - in_force > YEAR)


def _is_for(outcome: Outcome, level: str) -> bool:
    return level == "own" or outcome.rule.tier is not Tier.WATCH


def _screened(outcome: Outcome, whose: str | None) -> ScreenedRule:
    shown = finding_of(outcome)
    return ScreenedRule(
        rule=shown.rule,
        rule_version=shown.version,
        tier=shown.tier.value,
        title=str(PATTERNS[shown.rule].title),
        met=outcome.met,
        counts=dict(shown.counts),
        trials=[dict(trial) for trial in shown.trials],
        explained=_explained(shown, whose) if outcome.met else None,
        missing=_missing(outcome.missing),
    )


def _explained(met: Finding, whose: str | None) -> Explanation:
    evidence = Evidence(rule=met.rule, as_of=met.met_on, days=met.days, counts=met.counts, trials=met.trials)
    return explained(evidence, whose=whose)


def _missing(checks: Iterable[Check]) -> list[MissingCheck]:
    return [MissingCheck(check.name, missing_wording(check)) for check in checks]
