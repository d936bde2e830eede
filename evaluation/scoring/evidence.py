"""Everything that was measured, and the same for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import partial

from evaluation.cohorts.scenarios import Scenario
from evaluation.scoring.by_rule import RuleShare, by_rule
from evaluation.scoring.candidates import EARLIER, Compared, compared
from evaluation.scoring.figure import Figure
from evaluation.scoring.figures import figures
from evaluation.scoring.intervals import NOTHING, Estimate
from evaluation.scoring.running import Mapping, scored_cohorts
from evaluation.scoring.sensitivity import HEADLINES, Varied, sensitivity


@dataclass(frozen=True, slots=True)
class Evidence:
    """The figures of the cohorts of one seed, and what was tried besides."""

    seed: int
    count: int
    figures: Sequence[Figure]
    rules: Sequence[RuleShare] = ()
    varied_count: int = 0
    varied: Sequence[Varied] = field(default_factory=list)
    candidates: Sequence[Compared] = field(default_factory=list)
    earlier: Sequence[Compared] = field(default_factory=list)
    """The same figures with version 1 of the rules, in the candidates' place."""

    def estimate(self, cohort: str, name: str) -> Estimate:
        """The figure of that cohort; nothing when it was not scored."""
        return next((one.estimate for one in self.figures if (one.cohort, one.name) == (cohort, name)), NOTHING)

    def turned(self, what: str, headline: str) -> Estimate:
        """The headline when that choice was turned so; nothing when the choices were not varied."""
        column = list(HEADLINES).index(headline)
        return next((one.estimates[column] for one in self.varied if one.what == what), NOTHING)

    def with_candidates(self, edition: str, cohort: str, name: str) -> Estimate:
        """The figure with that edition of candidates; nothing when they were not tried."""
        known = {(one.edition, one.cohort, one.name): one.candidate for one in self.candidates}
        return known.get((edition, cohort, name), NOTHING)


def evidence(
    scenarios: Sequence[Scenario], *, seed: int, count: int, mapped: Mapping, varied: int = 0, candidates: bool = False
) -> Evidence:
    """Score these cohorts; with `varied` people vary the generator's choices too, and try the candidate versions."""
    people = scored_cohorts(scenarios, seed=seed, count=count, mapped=mapped)
    besides = partial(compared, seed=seed, count=count, mapped=mapped)
    found = [figure for cohort, of_it in people.items() for figure in figures(cohort, of_it)]
    estimates = {(figure.cohort, figure.name): figure.estimate for figure in found}
    return Evidence(
        seed=seed,
        count=count,
        figures=found,
        rules=by_rule(people.get("benign-only", ()), people.get("malignant-only", ())),
        varied_count=varied,
        varied=list(sensitivity(seed=seed, count=varied, mapped=mapped)) if varied else [],
        candidates=list(besides(estimates)) if candidates else [],
        earlier=list(besides(estimates, editions=EARLIER)) if candidates else [],
    )


def evidence_json(found: Evidence) -> str:
    """The same for machines."""
    shown = {
        "synthetic": True,
        "seed": found.seed,
        "people": found.count,
        "figures": [_figure_as_dict(figure) for figure in found.figures],
        "rules": [asdict(rule) for rule in found.rules],
        "varied": [
            {"what": one.what, **dict(zip(HEADLINES, (each._asdict() for each in one.estimates), strict=True))}
            for one in found.varied
        ],
        "candidates": [_compared_as_dict(one) for one in found.candidates],
        "version 1": [_compared_as_dict(one) for one in found.earlier],
    }
    return json.dumps(shown, indent=1, ensure_ascii=False)


def _figure_as_dict(figure: Figure) -> dict[str, object]:
    return {
        "cohort": figure.cohort,
        "figure": figure.name,
        "unit": figure.unit,
        **figure.estimate._asdict(),
        "goal": figure.goal or None,
        "met": figure.met,
    }


def _compared_as_dict(one: Compared) -> dict[str, object]:
    return {
        "candidates": one.edition,
        "cohort": one.cohort,
        "figure": one.name,
        "unit": one.unit,
        "active": one.active._asdict(),
        "candidate": one.candidate._asdict(),
    }
