"""How often people with ordinary pain are alerted: assessed, long ago, not yet, never; beside two naive rules."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.cohorts.latent import Standing
from evaluation.scoring.figure import CHECK_UP, CLASSES, DANGER, SEE_DOCTOR, Figure, of_tiers
from evaluation.scoring.intervals import Estimate, rate, share
from evaluation.scoring.person import NAIVE, Scored

ASSESSED = "assessed benign pain, "
ALL = "benign pain, all: alarms"
CHECK_UPS = "benign pain, all: check-ups due"
OLDER = "assessment older than a year: alarms"
RULE_FALSE = "rule-false alerts"
GOALS_FOR = "benign-only"
"""The cohort with the most benign people."""
ASSESSED_GOALS = {"severe chronic": "9", "fluctuating": "20", "persistent mild": "7", "recovering": "2"}
NEVER_GOALS = {"fluctuating": "50", "persistent mild": "10", "recovering": "6"}


def false_alarms(cohort: str, benign: Sequence[Scored]) -> list[Figure]:
    """Every figure about ordinary pain."""
    goals = cohort == GOALS_FOR
    false = sum(not alert.true for one in benign for alert in of_tiers(one.alerts, SEE_DOCTOR))
    danger = sum(len(of_tiers(one.alerts, DANGER)) for one in benign)
    years = sum(one.length for one in benign) / 365
    alarms = sum(len(of_tiers(one.alerts, SEE_DOCTOR)) for one in benign)
    check_ups = sum(len(of_tiers(one.alerts, CHECK_UP)) for one in benign)
    found = [
        Figure(cohort, ALL, "per 100 years", rate(alarms, years), "<= 28" if goals else ""),
        Figure(cohort, CHECK_UPS, "per 100 years", rate(check_ups, years), "<= 12" if goals else ""),
        Figure(cohort, f"{ASSESSED}all: alerts", "per 100 years", _rate("assessed", benign), "<= 8" if goals else ""),
        Figure(cohort, RULE_FALSE, "per 100 years", rate(false, years), "<= 6" if goals else ""),
        Figure(cohort, OLDER, "per 100 years", _rate("older", benign), "<= 50" if goals else ""),
        Figure(cohort, "not yet assessed: alerts", "per 100 years", _rate("not yet", benign)),
        Figure(cohort, "benign pain: emergency and urgent alerts", "per 100 years", rate(danger, years)),
    ]
    for kind in CLASSES:
        found += _of_class(cohort, kind, [one for one in benign if one.kind == kind], goals=goals)
    return found + _naive(cohort, benign, goals=goals)


def _of_class(cohort: str, kind: str, people: Sequence[Scored], *, goals: bool) -> list[Figure]:
    never = [one for one in people if one.never_assessed]
    advised = sum(bool(of_tiers(one.alerts, SEE_DOCTOR)) for one in never)
    assessed_goal = f"<= {ASSESSED_GOALS[kind]}" if goals else ""
    never_goal = f"<= {NEVER_GOALS[kind]}" if goals and kind in NEVER_GOALS else ""
    name = f"never assessed, {kind}: advised within a year"
    return [
        Figure(cohort, f"{ASSESSED}{kind}: alerts", "per 100 years", _rate("assessed", people), assessed_goal),
        Figure(cohort, name, "%", share(advised, len(never)), never_goal),
    ]


def _naive(cohort: str, people: Sequence[Scored], *, goals: bool) -> list[Figure]:
    years, ours = _years("assessed", people), _alerts("assessed", people)
    found = []
    for name in NAIVE:
        alerts = sum(one.naive[name] for one in people)
        times = Estimate(alerts / ours if ours else None, None, None, alerts)
        what = f"{ASSESSED}naive rule “{name}”"
        found.append(Figure(cohort, f"{what}: alerts", "per 100 years", rate(alerts, years)))
        found.append(Figure(cohort, f"{what}: against the rules", "times", times, ">= 12" if goals else ""))
    return found


def _rate(standing: Standing, people: Sequence[Scored]) -> Estimate:
    return rate(_alerts(standing, people), _years(standing, people))


def _alerts(standing: Standing, people: Sequence[Scored]) -> int:
    return sum(alert.standing == standing for one in people for alert in of_tiers(one.alerts, SEE_DOCTOR))


def _years(standing: Standing, people: Sequence[Scored]) -> float:
    return sum(one.standings.get(standing, 0) for one in people) / 365
