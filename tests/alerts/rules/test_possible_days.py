"""Screening every date asks a rule only about the days on which it can hold: that changes no answer."""

import json

import pytest

from alerts.histories.of_diary import history_of_document
from alerts.rules.candidates import CANDIDATES
from alerts.rules.case import Case
from alerts.rules.history import History
from alerts.rules.registry import RULES
from alerts.rules.rule import NarrowedChecks, Rule
from diary.format.document import parse
from tests.alerts.rules.histories import days
from tests.alerts.rules.histories import diary as diary_of
from tests.alerts.rules.vectors import VECTORS
from tests.reference import Document
from tests.reference.diaries import diary, diary_of_years


def history_of(document: Document) -> History:
    return history_of_document(parse(json.dumps(document).encode()))


def days_it_holds(rule: Rule, history: History) -> set[int]:
    """Asked about each day by itself, with windows counted again."""
    case = Case(history)
    days = case.recorded_days
    return {day for day in range(days[0], days[-1] + 60) if rule.holds(case, day)} if days else set()


def days_it_can(rule: Rule, history: History) -> set[int]:
    possible = rule.possible_days(Case(history, whole=True))
    assert possible is not None
    return set(possible)


def days_all_checks_are_met(rule: Rule, history: History) -> set[int]:
    case = Case(history)
    days = case.recorded_days
    between = range(days[0], days[-1] + 60) if days else range(0)
    return {day for day in between if all(check.met for check in rule.checks(case, day))}


def test_every_rule_says_on_which_days_it_can_hold() -> None:
    assert [rule.id for rule in RULES.values() if not isinstance(rule.checks, NarrowedChecks)] == []


@pytest.mark.parametrize("seed", range(200, 264))
def test_a_rule_holds_only_on_days_on_which_it_can(seed: int) -> None:
    history = history_of(diary(seed))
    for rule in RULES.values():
        assert days_it_holds(rule, history) <= days_it_can(rule, history), rule.id


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_so_it_is_in_every_vector(vector: Document) -> None:
    history = history_of(vector["document"])
    for rule in RULES.values():
        assert days_it_holds(rule, history) <= days_it_can(rule, history), rule.id


EVERY_VERSION = [*RULES.values(), *(one for versions in CANDIDATES.values() for one in versions)]
EXACT = [rule for rule in EVERY_VERSION if isinstance(rule.checks, NarrowedChecks) and rule.checks.exact]
WRITTEN = [
    *(diary(seed) for seed in range(300, 348)),
    *(diary_of_years(seed) for seed in range(4)),
    *(vector["document"] for vector in VECTORS),
]


@pytest.mark.parametrize("rule", EXACT, ids=lambda rule: f"{rule.id}@{rule.version}")
def test_the_checks_of_an_exact_rule_are_met_on_just_its_days(rule: Rule) -> None:
    days = 0
    for document in WRITTEN:
        history = history_of(document)
        held = days_all_checks_are_met(rule, history)
        assert held == days_it_can(rule, history)
        days += len(held)
    assert days > 50


def test_a_quiet_diary_leaves_no_day_to_ask_about() -> None:
    quiet = diary_of(
        days(1, 200, worst_pain=2, night_pain=1, woke_from_sleep=False, cough=False, sites=("lower_back",))
    )
    assert {rule.id: days_it_can(rule, quiet) for rule in RULES.values()} == {rule: set() for rule in RULES}
