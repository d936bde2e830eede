"""The figures of a cohort beside their goals."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.cohorts.scenarios import SCENARIOS
from evaluation.scoring.false_alarms import false_alarms
from evaluation.scoring.figure import DANGER, Figure
from evaluation.scoring.found import before_diagnosis, by_habit, found_and_delay
from evaluation.scoring.intervals import rate, share
from evaluation.scoring.person import Scored


def figures(cohort: str, people: Sequence[Scored]) -> list[Figure]:
    """All figures that the cohort gives."""
    if cohort == "triggers":
        return _danger_signs(cohort, people)
    malignant = [one for one in people if one.diagnosis is not None]
    benign = [one for one in people if one.diagnosis is None]
    found = found_and_delay(cohort, people)
    if SCENARIOS[cohort].people.malignant > 0:
        found += before_diagnosis(cohort, malignant)
    if cohort == "realistic":
        found += by_habit(cohort, people)
    if SCENARIOS[cohort].people.malignant < 1:
        found += false_alarms(cohort, benign)
    return found


def _danger_signs(cohort: str, people: Sequence[Scored]) -> list[Figure]:
    planted = [(one, day, rule) for one in people for day, rule in one.triggers.items()]
    hits = sum(any(alert.met == day and alert.rule == rule for alert in one.alerts) for one, day, rule in planted)
    false = sum(
        alert.tier in DANGER and one.triggers.get(alert.met) != alert.rule for one in people for alert in one.alerts
    )
    years = sum(one.length for one in people) / 365
    return [
        Figure(cohort, "danger signs found on the entry that carries them", "%", share(hits, len(planted)), ">= 100"),
        Figure(cohort, "danger alerts without a sign", "per 100 years", rate(false, years), "<= 0"),
    ]
