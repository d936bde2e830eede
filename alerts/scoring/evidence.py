"""Everything that was measured, as one page and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby

from alerts.cohorts.scenarios import Scenario
from alerts.scoring import words
from alerts.scoring.by_rule import RuleShare, by_rule
from alerts.scoring.candidates import Compared, compared
from alerts.scoring.figure import Figure
from alerts.scoring.figures import figures
from alerts.scoring.intervals import Estimate
from alerts.scoring.running import Mapping, scored_cohorts
from alerts.scoring.sensitivity import HEADLINES, Varied, sensitivity
from alerts.scoring.tables import interval, number, table, with_interval


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


def evidence(
    scenarios: Sequence[Scenario], *, seed: int, count: int, mapped: Mapping, varied: int = 0, candidates: bool = False
) -> Evidence:
    """Score these cohorts; with `varied` people vary the generator's choices too, and try the candidate versions."""
    people = scored_cohorts(scenarios, seed=seed, count=count, mapped=mapped)
    found = [figure for cohort, of_it in people.items() for figure in figures(cohort, of_it)]
    estimates = {(figure.cohort, figure.name): figure.estimate for figure in found}
    return Evidence(
        seed=seed,
        count=count,
        figures=found,
        rules=by_rule(people.get("benign-only", ()), people.get("malignant-only", ())),
        varied_count=varied,
        varied=list(sensitivity(seed=seed, count=varied, mapped=mapped)) if varied else [],
        candidates=compared(estimates, seed=seed, count=count, mapped=mapped) if candidates else [],
    )


def evidence_page(found: Evidence) -> str:
    """The page: goals, reasons, figures by cohort, other choices, candidates."""
    parts = [words.HEAD.format(seed=found.seed, count=found.count, command=_command(found)), *_goals(found)]
    if found.rules:
        parts += [words.BY_RULE, table(words.BY_RULE_HEAD, (_rule_row(rule) for rule in found.rules))]
    if found.varied:
        parts += [words.SENSITIVITY.format(count=found.varied_count), _varied_table(found.varied)]
    if found.candidates:
        parts += [words.CANDIDATES, _candidates_table(found.candidates)]
    for cohort, of_it in groupby(found.figures, key=lambda figure: figure.cohort):
        parts += [f"## {cohort}", table(words.FIGURES_HEAD, (_row(figure) for figure in of_it))]
    return "\n\n".join((*parts, words.TAIL))


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
    }
    return json.dumps(shown, indent=1, ensure_ascii=False)


def _command(found: Evidence) -> str:
    more = f" --varied {found.varied_count}" if found.varied else ""
    more += " --candidates" if found.candidates else ""
    return f"python manage.py cohort score --seed {found.seed} --people {found.count}{more} --jobs 2 --write docs"


def _goals(found: Evidence) -> Iterator[str]:
    goals = [figure for figure in found.figures if figure.goal]
    reported = [figure for figure in found.figures if (figure.cohort, figure.name) in words.REPORTED]
    if not goals:
        return
    missed = [figure for figure in goals if figure.met is False]
    yield words.GOALS.format(goals=len(goals), met=sum(figure.met is True for figure in goals), missed=len(missed))
    yield table(words.GOALS_HEAD, ([figure.cohort, *_row(figure)] for figure in goals + reported))
    reasons = [reason for reason in words.REASONS if any(reason.explains(figure) for figure in missed)]
    if reasons:
        yield "### Why the missed ones are missed"
        yield "\n".join(f"- {reason.text}" for reason in reasons)


def _row(figure: Figure) -> list[str]:
    verdict = {True: "met", False: "**missed**", None: ""}[figure.met]
    estimate = figure.estimate
    name = f"{figure.name} ({figure.unit})"
    goal = figure.goal.replace(">=", "≥").replace("<=", "≤")
    return [name, number(estimate.value), interval(estimate), str(estimate.size), goal, verdict]


def _rule_row(rule: RuleShare) -> list[str]:
    counts = (rule.assessed, rule.lapsed, rule.not_yet, rule.false, rule.first)
    return [f"`{rule.rule}`", *map(str, counts)]


def _varied_table(varied: Iterable[Varied]) -> str:
    head = (("", ":---"), *((name, ":---:") for name in HEADLINES))
    return table(head, ([one.what, *map(with_interval, one.estimates)] for one in varied))


def _candidates_table(candidates: Sequence[Compared]) -> str:
    editions = list(candidates[0].candidates)
    head = (("cohort", ":---"), ("figure", ":---"), ("active", ":---:"), *((name, ":---:") for name in editions))
    return table(head, (_compared_row(one) for one in candidates))


def _compared_row(one: Compared) -> list[str]:
    estimates = (one.active, *one.candidates.values())
    return [one.cohort, f"{one.name} ({one.unit})", *map(with_interval, estimates)]


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
    estimates: dict[str, Estimate] = {"active": one.active, **one.candidates}
    return {
        "cohort": one.cohort,
        "figure": one.name,
        "unit": one.unit,
        **{name: estimate._asdict() for name, estimate in estimates.items()},
    }
