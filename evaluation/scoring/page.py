"""Everything that was measured, as one page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from evaluation.scoring import words
from evaluation.scoring.by_rule import RuleShare
from evaluation.scoring.candidates import Compared
from evaluation.scoring.evidence import Evidence
from evaluation.scoring.figure import Figure
from evaluation.scoring.reasons import REASONS
from evaluation.scoring.sensitivity import HEADLINES, Varied
from evaluation.scoring.tables import interval, number, table, with_interval


def evidence_page(found: Evidence) -> str:
    """The page: goals, reasons, figures by cohort, other choices, candidates."""
    parts = [words.HEAD.format(seed=found.seed, count=found.count, command=_command(found)), *_goals(found)]
    if found.earlier:
        parts += [words.EARLIER, table(words.EARLIER_HEAD, map(_earlier_row, found.earlier))]
    if found.rules:
        parts += [words.BY_RULE, table(words.BY_RULE_HEAD, (_rule_row(rule) for rule in found.rules))]
    if found.varied:
        parts += [words.SENSITIVITY.format(count=found.varied_count), _varied_table(found.varied)]
    if found.candidates:
        parts += [words.CANDIDATES, _candidates_table(found.candidates)]
    for cohort, of_it in groupby(found.figures, key=lambda figure: figure.cohort):
        parts += [f"## {cohort}", table(words.FIGURES_HEAD, (_row(figure) for figure in of_it))]
    return "\n\n".join((*parts, words.TAIL))


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
    if missed:
        yield "### Why the missed ones are missed"
        yield "\n".join(f"- {text}" for text in _reasons(found, missed))


def _reasons(found: Evidence, missed: Sequence[Figure]) -> Iterator[str]:
    reasons = (reason for reason in REASONS if any(reason.explains(figure) for figure in missed))
    yield from dict.fromkeys(reason.told(found) for reason in reasons)
    for figure in missed:
        if not any(reason.explains(figure) for reason in REASONS):
            yield f"*{figure.cohort}: {figure.name}.* No one has looked into it yet."


def _row(figure: Figure) -> list[str]:
    verdict = {True: "met", False: "**missed**", None: ""}[figure.met]
    estimate = figure.estimate
    name = f"{figure.name} ({figure.unit})"
    goal = figure.goal.replace(">=", "≥").replace("<=", "≤")
    return [name, number(estimate.value), interval(estimate), str(estimate.size), goal, verdict]


def _rule_row(rule: RuleShare) -> list[str]:
    counts = (rule.assessed, rule.older, rule.not_yet, rule.false, rule.assessed_false, rule.first)
    return [f"`{rule.rule}`", *map(str, counts)]


def _varied_table(varied: Iterable[Varied]) -> str:
    head = (("", ":---"), *((name, ":---:") for name in HEADLINES))
    return table(head, ([one.what, *map(with_interval, one.estimates)] for one in varied))


def _candidates_table(candidates: Iterable[Compared]) -> str:
    return table(words.CANDIDATES_HEAD, (_compared_row(one) for one in candidates))


def _earlier_row(one: Compared) -> list[str]:
    return [one.cohort, f"{one.name} ({one.unit})", *map(with_interval, (one.candidate, one.active))]


def _compared_row(one: Compared) -> list[str]:
    estimates = (one.active, one.candidate)
    return [one.edition, one.cohort, f"{one.name} ({one.unit})", *map(with_interval, estimates)]
