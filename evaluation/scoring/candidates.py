"""Candidate versions of rules, and those that were active before, beside the active ones on the same people."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Mapped
from dataclasses import dataclass

from alerts.rules.earlier import VERSION_1
from evaluation.cohorts.scenarios import SCENARIOS
from evaluation.scoring.false_alarms import ALL, ASSESSED, CHECK_UPS, OLDER, RULE_FALSE
from evaluation.scoring.figures import figures
from evaluation.scoring.found import ASKED_BEFORE, BEFORE, DELAY, EARLY, FOUND, WELL_KEPT
from evaluation.scoring.intervals import Estimate
from evaluation.scoring.running import Edition, Mapping, scored_cohorts

EDITIONS: Mapped[str, Edition] = {
    "silent weeks": (("night_rest_not_responding", 3), ("night_rest_persistent", 3)),
    "kilograms": (("weight_loss", 3),),
    "version 1": tuple((rule, 1) for rule in VERSION_1),
}
"""Versions that belong together, by what they are called."""
COMPARED: Mapped[str, Mapped[str, tuple[str, ...]]] = {
    "silent weeks": {
        "missing-50": (
            FOUND,
            f"{DELAY}median",
            f"{DELAY}90th percentile",
            f"malignant: {EARLY}",
            f"{ASSESSED}all: alerts",
            RULE_FALSE,
        ),
        "realistic": (f"{WELL_KEPT}: {BEFORE}", f"{WELL_KEPT}: {EARLY}", RULE_FALSE),
    },
    "kilograms": {
        "complete": (FOUND, f"{DELAY}90th percentile", f"malignant: {EARLY}"),
        "benign-only": (
            f"{ASSESSED}all: alerts",
            OLDER,
            "not yet assessed: alerts",
            "never assessed, recovering: advised within a year",
            RULE_FALSE,
        ),
    },
}
"""What is compared of each, by cohort: where it may differ from the active rules."""
_BENIGN = (ALL, CHECK_UPS, OLDER, RULE_FALSE)
_MALIGNANT = tuple(f"malignant: {name}" for name in (BEFORE, ASKED_BEFORE, EARLY))
EARLIER: Mapped[str, Mapped[str, tuple[str, ...]]] = {
    "version 1": {
        "complete": _MALIGNANT,
        "missing-30": _MALIGNANT,
        "realistic": tuple(f"{WELL_KEPT}: {name}" for name in (BEFORE, ASKED_BEFORE, EARLY)),
        "benign-only": _BENIGN,
        "years": _BENIGN,
    }
}
"""The same of the versions before."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure with the active rules and with an edition of candidates, on the same people."""

    edition: str
    cohort: str
    name: str
    unit: str
    active: Estimate
    candidate: Estimate


def compared(
    active: Mapped[tuple[str, str], Estimate],
    *,
    seed: int,
    count: int,
    mapped: Mapping,
    editions: Mapped[str, Mapped[str, tuple[str, ...]]] = COMPARED,
) -> Iterator[Compared]:
    """The figures of the active rules, which are known, beside those of each edition; of the cohorts that are known."""
    for edition, of_cohort in editions.items():
        scenarios = [SCENARIOS[name] for name in of_cohort if any(name == known for known, _ in active)]
        people = scored_cohorts(scenarios, seed=seed, count=count, mapped=mapped, edition=EDITIONS[edition])
        for cohort, of_it in people.items():
            tried = {figure.name: figure for figure in figures(cohort, of_it)}
            for name in of_cohort[cohort]:
                figure = tried[name]
                yield Compared(edition, cohort, name, figure.unit, active[cohort, name], figure.estimate)
