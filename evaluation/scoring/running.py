"""Cohorts drawn, screened and scored, with several processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Protocol, TypeVar

import django

from alerts.rules.candidates import candidate_of
from alerts.rules.earlier import VERSION_1, is_earlier
from alerts.rules.registry import rules_with
from alerts.rules.rule import Rule
from evaluation.cohorts.scenarios import Scenario, person
from evaluation.scoring.person import Scored, labelled, scored

Given = TypeVar("Given")
Made = TypeVar("Made")
Edition = tuple[tuple[str, int], ...]
"""Other versions of rules in place of the active ones: rule ids with versions."""
ACTIVE: Edition = ()


class Mapping(Protocol):
    """Like `map`, with the results in order."""

    def __call__(self, function: Callable[[Given], Made], given: Iterable[Given], /) -> Iterable[Made]: ...


@contextmanager
def processes(jobs: int) -> Iterator[Mapping]:
    """A `map` that shares its work between so many processes."""
    if jobs == 1:
        yield map
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=django.setup) as pool:
        yield partial(pool.map, chunksize=4)


def scored_cohorts(
    scenarios: Sequence[Scenario], *, seed: int, count: int, mapped: Mapping, edition: Edition = ACTIVE
) -> dict[str, list[Scored]]:
    """The people of each cohort by its name. Cohorts that are made of the same people draw and label them once."""
    groups: dict[object, list[Scenario]] = {}
    for scenario in scenarios:
        groups.setdefault((scenario.people, scenario.choices), []).append(scenario)
    found: dict[str, list[Scored]] = {scenario.name: [] for scenario in scenarios}
    for alike in groups.values():
        for of_one in mapped(partial(_scored_person, alike, seed, edition), range(count)):
            for scenario, one in zip(alike, of_one, strict=True):
                found[scenario.name].append(one)
    return found


def _scored_person(alike: Sequence[Scenario], seed: int, edition: Edition, number: int) -> list[Scored]:
    drawn = labelled(person(alike[0], seed=seed, number=number))
    rules = rules_with(*(_version_of(rule, version) for rule, version in edition))
    return [scored(drawn, scenario, rules) for scenario in alike]


def _version_of(rule: str, version: int) -> Rule:
    return VERSION_1[rule] if is_earlier(rule, version) else candidate_of(rule, version)
