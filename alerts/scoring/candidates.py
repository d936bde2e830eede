"""Candidate versions of rules beside the active ones, on the same people."""

from __future__ import annotations

from collections.abc import Mapping as Mapped
from collections.abc import Sequence
from dataclasses import dataclass

from alerts.cohorts.scenarios import SCENARIOS
from alerts.scoring.false_alarms import ASSESSED, RULE_FALSE
from alerts.scoring.figures import figures
from alerts.scoring.found import BEFORE, DELAY, EARLY, FOUND, WELL_KEPT
from alerts.scoring.intervals import Estimate
from alerts.scoring.running import Edition, Mapping, scored_cohorts

EDITIONS: Mapped[str, Edition] = {
    "silent weeks": (("night_rest_not_responding", 2), ("night_rest_persistent", 2)),
    "kilograms": (("weight_loss", 2),),
}
"""Candidates that belong together, by what they are called."""
COMPARED = {
    "complete": (FOUND, f"{DELAY}90th percentile"),
    "missing-30": (FOUND, f"{DELAY}median", f"{DELAY}90th percentile", f"malignant: {EARLY}"),
    "missing-50": (FOUND, f"{DELAY}median", f"{DELAY}90th percentile", f"malignant: {EARLY}", RULE_FALSE),
    "realistic": (f"{WELL_KEPT}: {BEFORE}", f"{WELL_KEPT}: {EARLY}"),
    "benign-only": (
        f"{ASSESSED}all: alerts",
        "assessment lapsed: alerts",
        "not yet assessed: alerts",
        RULE_FALSE,
    ),
}
"""What is compared, by cohort."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure with the active rules and with each edition of candidates."""

    cohort: str
    name: str
    unit: str
    active: Estimate
    candidates: Mapped[str, Estimate]


def compared(
    active: Mapped[tuple[str, str], Estimate], *, seed: int, count: int, mapped: Mapping
) -> Sequence[Compared]:
    """The figures of the active rules, which are known, beside those of each edition on the same people.

    Of the cohorts that were scored with the active rules; the others are left out.
    """
    cohorts = [cohort for cohort in COMPARED if any(cohort == known for known, _ in active)]
    tried = {name: _tried(cohorts, edition, seed, count, mapped) for name, edition in EDITIONS.items()}
    return [
        Compared(
            cohort, name, unit, active[cohort, name], {edition: of[cohort, name][1] for edition, of in tried.items()}
        )
        for cohort, name, unit in _rows(cohorts, next(iter(tried.values())))
    ]


Tried = dict[tuple[str, str], tuple[str, Estimate]]


def _tried(cohorts: Sequence[str], edition: Edition, seed: int, count: int, mapped: Mapping) -> Tried:
    scenarios = [SCENARIOS[name] for name in cohorts]
    people = scored_cohorts(scenarios, seed=seed, count=count, mapped=mapped, edition=edition)
    return {
        (cohort, figure.name): (figure.unit, figure.estimate)
        for cohort, of_it in people.items()
        for figure in figures(cohort, of_it)
    }


def _rows(cohorts: Sequence[str], tried: Tried) -> list[tuple[str, str, str]]:
    return [(cohort, name, tried[cohort, name][0]) for cohort in cohorts for name in COMPARED[cohort]]
