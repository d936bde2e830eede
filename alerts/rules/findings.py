"""A finding: a rule that was met, with everything it is based on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from alerts.rules.checks import Check, Fact, Facts
from alerts.rules.rule import Outcome
from alerts.rules.tiers import Tier
from alerts.rules.treatment_record import TrialEvidence

SIGN_CHECKS = ("signs", "new_signs")
"""The checks of the emergency and urgent rules that name the signs they found."""
DECIMALS = 4
"""Means and shares are shown to four decimals; they are compared unrounded."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule met on a date. `counts` holds each check by name: what was counted against which threshold."""

    rule: str
    version: int
    tier: Tier
    met_on: date
    days: tuple[date, ...]
    counts: Facts
    trials: tuple[Facts, ...]


def finding_of(outcome: Outcome) -> Finding:
    """The finding that a met outcome is; of one that is not met, what was counted so far."""
    return Finding(
        rule=outcome.rule.id,
        version=outcome.rule.version,
        tier=outcome.rule.tier,
        met_on=date.fromordinal(outcome.day),
        days=tuple(date.fromordinal(day) for day in outcome.days),
        counts=counts_as_dict(outcome.checks),
        trials=tuple(_trial_as_dict(trial) for trial in outcome.trials),
    )


def signs_of(outcome: Outcome) -> list[str]:
    """The danger signs that a met outcome found, by name; empty for a pattern."""
    return [sign for check in outcome.checks if check.name in SIGN_CHECKS for sign in _found(check.facts["found"])]


def signs_in(finding: Finding) -> list[str]:
    """The danger signs that a finding counts on its first day."""
    return [sign for name in SIGN_CHECKS if name in finding.counts for sign in _named(finding.counts[name])]


def finding_as_dict(finding: Finding) -> dict[str, object]:
    """The finding as plain JSON values, in the shape of the `screen` command."""
    return {
        "rule": finding.rule,
        "version": finding.version,
        "tier": finding.tier.value,
        "met_on": finding.met_on.isoformat(),
        "days": [day.isoformat() for day in finding.days],
        "counts": finding.counts,
        "trials": list(finding.trials),
    }


def counts_as_dict(checks: Iterable[Check]) -> Facts:
    """Each check by name with its numbers, as plain JSON values."""
    return {check.name: {"met": check.met, **_plain(check.facts)} for check in checks}


def _trial_as_dict(trial: TrialEvidence) -> Facts:
    return _plain(
        {
            "treatment": trial.treatment,
            "kind": trial.kind,
            "name": trial.name,
            "started_on": date.fromordinal(trial.started_on).isoformat(),
            "last_day": None if trial.last_day is None else date.fromordinal(trial.last_day).isoformat(),
            "verdict": trial.verdict.value,
            "counts_as_not_responded": trial.counts_as_not_responded,
            "question": trial.question,
            "before": trial.before,
            "after": trial.after,
            "low_confidence": trial.low_confidence,
        }
    )


def _named(check: Fact) -> list[str]:
    return _found(check["found"]) if isinstance(check, Mapping) else []


def _found(fact: Fact) -> list[str]:
    return fact if isinstance(fact, list) else []


def _plain(facts: Facts) -> dict[str, Fact]:
    return {name: _plain_fact(fact) for name, fact in facts.items()}


def _plain_fact(fact: Fact) -> Fact:
    if isinstance(fact, Mapping):
        return _plain(fact)
    return round(fact, DECIMALS) if isinstance(fact, float) else fact
