"""What candidates change in a diary is what screening all of it both ways tells, though far less is looked at."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from alerts.histories.of_diary import history_of_document
from alerts.replay.differences import Difference, affected_by, differences
from alerts.rules.candidates import CANDIDATES, candidate_of
from alerts.rules.case import Case
from alerts.rules.episodes import held_days
from alerts.rules.history import History
from alerts.rules.registry import RULES, rules_with
from alerts.rules.rule import Rule
from alerts.rules.screening import screen
from alerts.rules.tiers import Tier
from diary.format.document import parse
from evaluation.cohorts.reporting import report
from evaluation.cohorts.scenarios import SCENARIOS, person
from tests.alerts.rules.histories import days, diary, treatment, visit
from tests.reference.diaries import diary as random_diary
from tests.reference.diaries import diary_of_years

CORE, PERSISTENT = "night_rest_not_responding", "night_rest_persistent"
NEWEST = [candidate_of(rule) for rule in CANDIDATES]
EACH_AND_ALL = [*([one] for one in NEWEST), NEWEST]

nights_no_tablet_helped = diary(
    days(1, 200, night_pain=7, worst_pain=7, woke_from_sleep=True, treatments_taken={"t": True}),
    treatment(10, id="t"),
    visit(90),
)


def screened_both_ways(history: History, candidates: Sequence[Rule]) -> set[Difference]:
    """Every rule of the diary, with and without the candidates."""
    now, then = (
        {(found.rule, found.tier, found.met_on): found.version for found in screen(history, rules=rules)}
        for rules in (RULES, rules_with(*candidates))
    )
    gained = {Difference("gained", one[0], then[one], one[1].value, one[2]) for one in then.keys() - now.keys()}
    return gained | {Difference("lost", one[0], now[one], one[1].value, one[2]) for one in now.keys() - then.keys()}


def random_history(seed: int) -> History:
    return history_of_document(parse(json.dumps(random_diary(seed)).encode()))


def history_of_years(seed: int) -> History:
    return history_of_document(parse(json.dumps(diary_of_years(seed)).encode()))


def history_of_somebody(scenario: str, number: int) -> History:
    document, _ = report(person(SCENARIOS[scenario], seed=31, number=number), SCENARIOS[scenario])
    return history_of_document(parse(json.dumps(document).encode()))


def said_by_both(history: History, candidates: Sequence[Rule]) -> set[Difference]:
    found = differences(history, candidates)
    assert list(found) == sorted(found, key=lambda one: (one.met_on, one.rule, one.change))
    assert set(found) == screened_both_ways(history, candidates)
    return set(found)


def said_of_all(histories: Iterable[History]) -> set[str]:
    """The rules that change anywhere."""
    return {
        one.rule for history in histories for candidates in EACH_AND_ALL for one in said_by_both(history, candidates)
    }


def test_random_diaries_change_as_if_every_rule_were_screened() -> None:
    assert said_of_all(map(random_history, range(1000, 1040))) >= {PERSISTENT, "weight_loss"}


def test_so_do_those_of_years_where_a_candidate_changes_what_a_check_up_is_due_for() -> None:
    assert said_of_all(map(history_of_years, range(30))) >= {CORE, PERSISTENT, "check_up_due"}


def test_so_do_those_of_synthetic_people() -> None:
    people = [("realistic", 16), ("missing-50", 8), ("malignant-only", 4), ("benign-only", 4)]
    assert said_of_all(history_of_somebody(scenario, number) for scenario, many in people for number in range(many))


@pytest.mark.parametrize(
    "changed",
    [
        {"tier": Tier.URGENT},
        {"family": ""},
        {"changed": None},
        {"changed": lambda _case, _day, _since: ["all of it"]},
        {"checks": lambda _case, _day: iter(())},
        {"about_an_event": True},
    ],
    ids=lambda changed: next(iter(changed)),
)
@pytest.mark.parametrize("rule", [CORE, PERSISTENT, "weight_loss", "fragility_fracture"])
def test_whatever_a_version_changes_is_seen(rule: str, changed: dict[str, object]) -> None:
    candidate = replace(RULES[rule], version=7, **changed)  # type: ignore[arg-type] # one field of several kinds
    for history in [nights_no_tablet_helped, *map(random_history, range(12)), *map(history_of_years, range(3))]:
        said_by_both(history, [candidate])


def test_a_candidate_that_holds_on_other_days_is_seen_by_the_rules_that_ask_it() -> None:
    other_days = replace(RULES[CORE], version=3, checks=RULES["coughing_blood"].checks)
    assert {one.rule for one in said_by_both(nights_no_tablet_helped, [other_days])} == {CORE, PERSISTENT}


@contextmanager
def asked(*questions: str) -> Iterator[set[str]]:
    """The rules that are asked one of these questions."""
    rules: set[str] = set()

    def noted(question: Callable[..., object]) -> Callable[..., object]:
        def ask(rule: Rule, *about: object) -> object:
            rules.add(rule.id)
            return question(rule, *about)

        return ask

    with pytest.MonkeyPatch.context() as patch:
        for question in questions:
            patch.setattr(Rule, question, noted(getattr(Rule, question)))
        yield rules


def test_where_a_candidate_holds_on_no_day_nothing_else_is_asked() -> None:
    quiet = diary(days(1, 100, night_pain=1, worst_pain=2, cough=True, sites=("left_flank",)))
    with asked("holds") as rules:
        assert differences(quiet, NEWEST) == ()
    assert rules == set()


def rules_asked_by(rule: Rule, history: History) -> set[str]:
    """The other rules that are asked, however deep, when this one alone is screened."""
    case = Case(history, versions={rule.id: rule}, whole=True)
    with asked("holds", "possible_days") as rules:
        if case.last_day is not None:
            held_days(rule, case, case.last_day)
    return rules - {rule.id}


def test_a_rule_names_every_rule_it_asks() -> None:
    histories = [nights_no_tablet_helped, *map(random_history, range(30))]
    for rule in [*RULES.values(), *NEWEST]:
        others = {one for history in histories for one in rules_asked_by(rule, history)}
        named = {one.id for one in rule.asks}
        assert (
            named <= others <= {other for one in rule.asks for other in (one.id, *(deeper.id for deeper in one.asks))}
        )


def test_changes_reach_the_rules_that_ask_and_those_of_the_same_family() -> None:
    assert affected_by([RULES["fragility_fracture"]]) == [
        "fragility_fracture",
        "minor_trauma_older",
        "check_up_due",
        "building_pattern",
    ]
    assert affected_by([RULES[CORE]]) == [CORE, PERSISTENT, "check_up_due", "building_pattern"]
    assert affected_by([RULES[PERSISTENT]], on_the_same_days={PERSISTENT}) == [CORE, PERSISTENT]
    assert affected_by([RULES["coughing_blood"]]) == ["coughing_blood"]
