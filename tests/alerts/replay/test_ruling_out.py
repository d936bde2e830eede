"""The database rules out many diaries, and never one in which the rule holds on some day."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from alerts.histories.of_diary import history_of_document
from alerts.histories.ranges import patient_ranges
from alerts.replay.ruling_out import CONDITIONS, InQuestion, diaries_in_question, still_in_question
from alerts.rules.candidates import CANDIDATES, candidate_of
from alerts.rules.case import Case
from alerts.rules.history import History
from alerts.rules.registry import RULES
from alerts.rules.rule import Rule
from diary.format.document import Document, parse
from diary.format.fields import Entry, Resource
from diary.models import Patient
from evaluation.cohorts.reporting import report
from evaluation.cohorts.scenarios import SCENARIOS, person
from tests.alerts.diaries import days_ago, delete, entry, nights_that_no_tablet_helped, write
from tests.cast import Person
from tests.reference.diaries import diary as random_diary

CORE, PERSISTENT, LOSS = "night_rest_not_responding", "night_rest_persistent", "weight_loss"
pytestmark = pytest.mark.django_db


def somebody(number: int) -> Document:
    scenario = SCENARIOS[("realistic", "missing-50", "malignant-only", "benign-only")[number % 4]]
    return parse(json.dumps(report(person(scenario, seed=77, number=number), scenario)[0]).encode())


def stored(number: int, document: Document) -> UUID:
    """The document as someone's diary."""
    who = Person(f"Dana{number}")
    profile = {"losing_weight_on_purpose": document.patient.losing_weight_on_purpose}
    Patient.objects.filter(pk=who.patient_id).update(**profile)
    contents: list[Resource] = [*document.treatments, *document.events, *document.entries]
    for first in range(0, len(contents), 500):
        write(who, *contents[first : first + 500])
    return who.patient_id


def holds_on_some_day(rule: Rule, history: History) -> bool:
    case = Case(history, versions={rule.id: rule}, whole=True)
    possible = rule.possible_days(case)
    return any(rule.holds(case, day) for day in (possible if possible is not None else case.recorded_days))


def left(*rules: Rule) -> set[UUID]:
    """The patients whose diaries are read."""
    asked = in_question(*rules)
    assert [one.patient for one in asked] == sorted(one.patient for one in asked)
    return {diary.patient for diary in asked if still_in_question(diary, rules)}


def in_question(*rules: Rule) -> list[InQuestion]:
    return [diary for patients in patient_ranges(jobs=2) for diary in diaries_in_question(rules, patients)]


def again(content: Any, **fields: Any) -> Any:
    """The same once more, but for these fields."""
    return msgspec.structs.replace(content, id=uuid4(), **fields)


def both_versions(rule: str) -> list[Rule]:
    return [RULES[rule], candidate_of(rule)]


def nights(pain: Iterable[int | None], *, until: int = 0) -> list[Resource]:
    """A night's pain for each of the days up to so many days ago."""
    told = list(pain)
    return [entry(days_ago(until + len(told) - 1 - number), night_pain=one) for number, one in enumerate(told)]


def weights(*kilograms: float, every: int = 7, first: int = 110) -> Iterator[Entry]:
    for number, weight in enumerate(kilograms):
        yield entry(days_ago(first - every * number), weight_kg=weight, sites=["lower_back"])


def test_no_diary_is_ruled_out_in_which_a_rule_holds() -> None:
    documents = [
        *(parse(json.dumps(random_diary(seed)).encode()) for seed in range(2000, 2064)),
        *map(somebody, range(16)),
    ]
    histories = {stored(number, document): history_of_document(document) for number, document in enumerate(documents)}
    for rules in [*([rule] for rule in CONDITIONS), *map(both_versions, CANDIDATES), list(CONDITIONS)]:
        holding = {who for who, history in histories.items() for rule in rules if holds_on_some_day(rule, history)}
        assert holding, "the diaries meet the rule somewhere"
        assert holding <= left(*rules) < set(histories)


def test_every_candidate_and_the_rule_it_would_replace_has_a_condition() -> None:
    assert {rule for one in CANDIDATES for rule in both_versions(one)} == set(CONDITIONS)


def test_a_version_without_a_condition_rules_out_nothing(alice: Person, charlie: Person) -> None:
    unknown = replace(RULES[CORE], version=9)
    assert left(RULES[CORE], unknown) == {alice.patient_id, charlie.patient_id}
    assert left(RULES[CORE], candidate_of(CORE)) == set()


def test_a_pattern_without_a_treatment_that_can_fail_is_no_matter_of_the_core_rule(alice: Person, bob: Person) -> None:
    tablet, *painful = nights_that_no_tablet_helped(weeks=8)
    write(alice, tablet, *painful)
    write(bob, *[again(one, treatments_taken=None) for one in painful])
    assert left(*both_versions(CORE)) == {alice.patient_id}
    assert left(*both_versions(PERSISTENT)) == {alice.patient_id, bob.patient_id}


def test_a_diary_is_looked_at_only_for_the_conditions_that_it_meets(alice: Person) -> None:
    write(alice, *nights([5] * 28 + [0] * 40 + [5]))
    assert left(*both_versions(CORE), *both_versions(PERSISTENT)) == set()


@pytest.mark.parametrize(
    ("pain", "possible"),
    [
        ([4] * 42, True),
        ([4] * 41, False),
        ([3] * 60, False),
        ([None] * 60, False),
        ([5, 0, 0] * 20, False),
        ([5, 5, 0] * 20, True),
    ],
    ids=["six weeks", "a day less", "mild", "unanswered", "one night in three", "two in three"],
)
def test_six_weeks_of_painful_nights_are_not_ruled_out(alice: Person, pain: list[int | None], possible: bool) -> None:
    write(alice, *nights(pain))
    assert left(*both_versions(PERSISTENT)) == ({alice.patient_id} if possible else set())


def test_two_entries_of_a_day_are_one_night(alice: Person) -> None:
    write(alice, *nights([5] * 42), *nights([0] * 42))
    assert left(*both_versions(PERSISTENT)) == {alice.patient_id}


def test_twice_as_many_entries_are_not_twice_as_many_nights(alice: Person) -> None:
    write(alice, *nights([5] * 8 + [0] * 34), *nights([5] * 8 + [0] * 34))
    assert in_question(*both_versions(PERSISTENT)) == []


def test_deleted_entries_count_for_nothing(alice: Person) -> None:
    painful = nights([5] * 42)
    write(alice, *painful)
    delete(alice, *painful[:1])
    assert left(*both_versions(PERSISTENT)) == set()


def test_weights_that_fell_are_not_ruled_out(alice: Person, bob: Person, charlie: Person) -> None:
    write(alice, *weights(80, 80, 80, *[79] * 9, 76, 76, 76, 76))
    write(bob, *weights(80, 80, 80, *[79] * 9, 78, 78, 78, 78))
    write(charlie, *weights(80, 80, 80, *[79] * 9, 76, 76, 76, 76))
    Patient.objects.filter(pk=charlie.patient_id).update(losing_weight_on_purpose=True)
    assert left(*both_versions(LOSS)) == {alice.patient_id}


def test_the_last_recorded_weight_of_a_day_counts(alice: Person) -> None:
    heavy, light = list(weights(*[80] * 12, *[76] * 4)), list(weights(*[80] * 16))
    write(alice, *heavy, *[again(one, recorded_at=one.recorded_at.replace(hour=9)) for one in light])
    assert left(*both_versions(LOSS)) == set()


def test_a_diary_is_in_question_by_its_nights_or_by_its_weights(alice: Person, bob: Person, charlie: Person) -> None:
    write(alice, *weights(80, 80, 80, *[79] * 9, 76, 76, 76, 76))
    write(bob, *nights([5] * 42))
    write(charlie, *nights([0] * 60))
    assert left(*both_versions(LOSS), *both_versions(PERSISTENT)) == {alice.patient_id, bob.patient_id}
