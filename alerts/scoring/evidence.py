"""The figures of every cohort as one page and as JSON."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import groupby

import django

from alerts.cohorts.scenarios import SCENARIOS
from alerts.scoring.figures import Figure, figures
from alerts.scoring.intervals import Estimate
from alerts.scoring.person import Scored, scored_person

HEAD = """# How good the rules are on synthetic people

All people here are **synthetic**: no public set of daily back-pain diaries with outcomes exists. `alerts/cohorts` draws
each person's true state on every day, labels it with code of its own, and only then adds what a phone would add: noise,
gaps, late entries, people who stop writing. The figures say how the rules do on such people, not on patients.

{count} people a cohort, seed {seed}, which was used for nothing else. Intervals are 95 % (Wilson, Byar, order
statistics). A goal is met or missed by the figure itself; where the interval reaches over the goal the cohort is too
small to tell. Made by `python manage.py cohort score --seed {seed} --people {count} --write docs`; for
machines the same is in [evidence.json](evidence.json).

![Found against false alarms, delay, and false alarms by class](evidence.svg)

Cohorts: *complete* diaries; 30 % and 50 % of the days missing, at random, when well or when worst; *realistic* keeping
with drop-out and late entries; *stress*, the nights of a back-pain clinic (Harding 2005); *triggers*, planted danger
signs and near-misses; only malignant and only benign pain.
"""
TAIL = """
## What to read into it

- The labels apply the same definitions as the rules to a diary without noise and gaps, so "found" measures what noise,
  gaps and habits cost, and that two independent codes agree; not whether the definitions are right.
- A *rule-false* alert is one whose rule the true state does not meet within a week: what noise adds.
- "No assessment in force" counts everybody who was examined at some time, before that or after it lapsed.
- Well-kept diaries fall short of their goal: these people begin to write in the first third of their illness, while
  the pain is mild, and most moderate keepers stop after about two months, before a pattern of weeks can form. When
  people begin is a choice of the generator that no literature settles.
- With half of the days missing some never show three weeks in a row with two answers each: they are found late or not.
- A goal on never assessed people rests on very few of them here; its interval says how little is known.
- The mix of people is not life's: far more are ill here, so that both sides can be measured. No predictive value
  follows from these figures.
"""


def cohort_figures(cohort: str, *, seed: int, count: int, jobs: int) -> list[Figure]:
    """Draw, screen and score one cohort with several processes."""
    return figures(cohort, list(_scored(cohort, seed=seed, count=count, jobs=jobs)))


def evidence_page(found: Sequence[Figure], *, seed: int, count: int) -> str:
    """The page: one table a cohort."""
    tables = [
        "\n".join(
            (
                f"\n## {cohort}\n",
                "| figure | value | 95 % interval | rests on | goal | |",
                "| --- | ---: | :---: | ---: | :---: | :---: |",
                *rows,
            )
        )
        for cohort, rows in _rows(found)
    ]
    return "\n".join((HEAD.format(seed=seed, count=count), *tables, TAIL))


def evidence_json(found: Iterable[Figure], *, seed: int, count: int) -> str:
    """The same for machines."""
    shown = [
        {
            "cohort": figure.cohort,
            "figure": figure.name.strip(),
            "unit": figure.unit,
            **figure.estimate._asdict(),
            "goal": figure.goal or None,
            "met": figure.met,
        }
        for figure in found
    ]
    return json.dumps(
        {"synthetic": True, "seed": seed, "people": count, "figures": shown}, indent=1, ensure_ascii=False
    )


def _rows(found: Iterable[Figure]) -> Iterator[tuple[str, list[str]]]:
    for cohort, of_cohort in groupby(found, key=lambda figure: figure.cohort):
        yield cohort, [_row(figure) for figure in of_cohort]


def _row(figure: Figure) -> str:
    verdict = {True: "met", False: "missed", None: ""}[figure.met]
    value = _number(figure.estimate.value)
    name = f"{figure.name.strip()} ({figure.unit})"
    return f"| {name} | {value} | {_interval(figure.estimate)} | {figure.estimate.size} | {figure.goal} | {verdict} |"


def _interval(estimate: Estimate) -> str:
    return "" if estimate.low is None else f"{_number(estimate.low)} to {_number(estimate.high)}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.1f}".removesuffix(".0")


def _scored(cohort: str, *, seed: int, count: int, jobs: int) -> Iterator[Scored]:
    score = partial(_scored_number, cohort, seed)
    if jobs == 1:
        yield from map(score, range(count))
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=django.setup) as processes:
        yield from processes.map(score, range(count), chunksize=10)


def _scored_number(cohort: str, seed: int, number: int) -> Scored:
    return scored_person(SCENARIOS[cohort], seed=seed, number=number)
