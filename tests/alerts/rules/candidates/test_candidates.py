"""A candidate is asked in place of the active version of its rule, also by the rules that depend on it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from alerts.rules import candidates
from alerts.rules.candidates import CANDIDATES, candidate_of
from alerts.rules.case import Case
from alerts.rules.checks import Check, is_so
from alerts.rules.history import History
from alerts.rules.registry import RULES, rules_with
from alerts.rules.rule import Rule
from alerts.rules.screening import screen_all
from tests.alerts.rules.histories import days, diary, treatment

CORE = "night_rest_not_responding"
FAILED = diary(days(1, 60, worst_pain=5, woke_from_sleep=True), treatment(11))


def never(_case: Case, _day: int) -> Iterator[Check]:
    yield is_so("never", answer=False)


def version(rule: str, number: int) -> Rule:
    return replace(RULES[rule], version=number, checks=never)


def held(history: History, *tried: Rule) -> set[str]:
    screening = screen_all(history, rules=rules_with(*tried))
    return {rule for rule, dates in screening.held.items() if dates}


def test_the_rules_that_depend_on_a_rule_see_its_candidate() -> None:
    assert held(FAILED) == {CORE, "building_pattern"}
    assert held(FAILED, version(CORE, 3)) == {"night_rest_persistent", "building_pattern"}
    alone = screen_all(FAILED, rules=rules_with(version(CORE, 3), version("night_rest_persistent", 3)))
    assert len(alone.held["building_pattern"]) > len(screen_all(FAILED).held["building_pattern"])


def test_a_finding_says_the_version_that_found_it() -> None:
    same_in_words = replace(RULES[CORE], version=3)
    found = screen_all(FAILED, rules=rules_with(same_in_words)).findings
    assert [finding.version for finding in found if finding.rule == CORE] == [3]
    assert {finding.version for finding in found if finding.rule != CORE} == {1}


def test_trying_a_candidate_leaves_the_active_rules_as_they_are() -> None:
    before = screen_all(FAILED)
    held(FAILED, version(CORE, 3))
    assert screen_all(FAILED) == before


def test_every_candidate_is_a_later_version_of_an_active_rule() -> None:
    for rule, versions in {**CANDIDATES, CORE: (version(CORE, 3),)}.items():
        numbers = [RULES[rule].version, *(candidate.version for candidate in versions)]
        assert numbers == sorted(set(numbers))
        assert {candidate.id for candidate in versions} == {rule}


def test_the_newest_candidate_is_meant_unless_a_version_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    third, fourth = version(CORE, 3), version(CORE, 4)
    monkeypatch.setattr(candidates, "CANDIDATES", {CORE: (third, fourth)})
    assert candidate_of(CORE) is fourth
    assert candidate_of(CORE, 3) is third
    with pytest.raises(LookupError, match="no candidate of night_rest_not_responding in version 5"):
        candidate_of(CORE, 5)
    with pytest.raises(LookupError, match="no candidate of lung_symptoms"):
        candidate_of("lung_symptoms")
