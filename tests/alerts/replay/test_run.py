"""A replay shows what a candidate version would change for stored diaries, and changes nothing itself."""

import json
import re
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from io import StringIO
from typing import Any, NamedTuple, Protocol

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.models import Alert, Delivery, Finding
from alerts.replay.run import GoneThrough, replay
from alerts.rules import candidates
from alerts.rules.case import Case
from alerts.rules.checks import Check, is_so
from alerts.rules.registry import RULES
from alerts.rules.rule import Rule
from alerts.rules.tiers import Tier
from alerts.screening.diary import screen_diary
from tests.alerts.diaries import (
    NOON,
    days_ago,
    entry,
    nights_that_no_tablet_helped,
    pain_of_long_ago,
    saddle_numbness,
    write,
)
from tests.cast import Person
from tests.service import database_url

CORE = "night_rest_not_responding"
pytestmark = pytest.mark.django_db(transaction=True)


class Replayed(NamedTuple):
    """What the command wrote: its lines, and what it said last."""

    lines: list[str]
    summary: str

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


class Replay(Protocol):
    def __call__(self, *arguments: str) -> Replayed: ...


@pytest.fixture
def replayed() -> Replay:
    def run(*arguments: str) -> Replayed:
        out, err = StringIO(), StringIO()
        call_command("replay", *arguments, stdout=out, stderr=err)
        return Replayed(out.getvalue().splitlines(), err.getvalue().strip())

    return run


def never(_case: Case, _day: int) -> Iterator[Check]:
    yield is_so("never", answer=False)


@pytest.fixture
def candidate(monkeypatch: pytest.MonkeyPatch) -> Rule:
    """A core rule that never holds, so that the one that depends on it comes forward."""
    rule = replace(RULES[CORE], version=3, checks=never)
    monkeypatch.setattr(candidates, "CANDIDATES", {CORE: (rule,)})
    return rule


@pytest.fixture
def diaries(transactional_db: None) -> list[Person]:
    """Alice, whom no tablet helped; Charlie, who has an emergency that no candidate is about; Dana, who is well."""
    alice, charlie, dana = Person("Alice"), Person("Charlie"), Person("Dana")
    write(alice, *nights_that_no_tablet_helped(weeks=8))
    write(charlie, saddle_numbness())
    write(dana, *(entry(days_ago(number), worst_pain=2, night_pain=0) for number in range(60)))
    return [alice, charlie, dana]


@pytest.mark.usefixtures("candidate")
def test_it_lists_alerts_lost_and_those_gained_by_rules_that_depend_on_it(
    diaries: list[Person], replayed: Replay
) -> None:
    alice = str(diaries[0].patient_id)
    shown = replayed("--rule", CORE, "--json")
    assert shown.changes == [
        {
            "change": "lost",
            "rule": CORE,
            "version": 2,
            "tier": "see_doctor",
            "met_on": days_ago(28).isoformat(),
            "patient": alice,
        },
        {
            "change": "gained",
            "rule": "night_rest_persistent",
            "version": 2,
            "tier": "see_doctor",
            "met_on": days_ago(14).isoformat(),
            "patient": alice,
        },
    ]
    assert shown.summary == "1 gained, 1 lost, in 1 of 3 diaries."


@pytest.mark.usefixtures("candidate")
def test_people_get_a_table(diaries: list[Person], replayed: Replay) -> None:
    heading, lost, gained = (line.split() for line in replayed("--rule", f"{CORE}@3").lines)
    assert heading == ["change", "met_on", "tier", "rule", "version", "patient"]
    alice = str(diaries[0].patient_id)
    assert lost == ["lost", days_ago(28).isoformat(), "see_doctor", CORE, "2", alice]
    assert gained == ["gained", days_ago(14).isoformat(), "see_doctor", "night_rest_persistent", "2", alice]


def test_since_version_1_an_alarm_about_what_a_doctor_knew_is_lost_and_a_check_up_gained(replayed: Replay) -> None:
    alice, dana = Person("Alice"), Person("Dana")
    write(alice, *pain_of_long_ago())
    write(dana, *nights_that_no_tablet_helped())
    shown = replayed("--since-version-1", "--json")
    changes = {(one["change"], one["rule"], one["version"], one["tier"]) for one in shown.changes}
    assert changes == {("lost", CORE, 1, "see_doctor"), ("gained", "check_up_due", 1, "check_up")}
    assert {one["patient"] for one in shown.changes} == {str(alice.patient_id)}
    assert shown.summary == "1 gained, 1 lost, in 1 of 2 diaries."


def test_a_changed_tier_is_another_alert(
    diaries: list[Person], replayed: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    gentler = replace(RULES["cauda_equina"], version=2, tier=Tier.URGENT)
    monkeypatch.setattr(candidates, "CANDIDATES", {"cauda_equina": (gentler,)})
    changes = replayed("--rule", "cauda_equina", "--json").changes
    assert [(one["change"], one["tier"], one["version"]) for one in changes] == [
        ("gained", "urgent", 2),
        ("lost", "emergency", 1),
    ]


def test_a_candidate_that_says_the_same_changes_nothing(
    diaries: list[Person], replayed: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "CANDIDATES", {CORE: (replace(RULES[CORE], version=3),)})
    assert replayed("--rule", CORE, "--json") == Replayed([], "0 gained, 0 lost, in 0 of 3 diaries.")


def test_it_writes_nothing_and_sends_nothing(
    diaries: list[Person], candidate: Rule, mailoutbox: list[Any], replayed: Replay
) -> None:
    for person in diaries:
        screen_diary(patient_id=person.patient_id, now=NOON)
    kept = [[*table.objects.order_by("pk").values()] for table in (Alert, Finding, Delivery)]
    with CaptureQueriesContext(connection) as queries:
        replayed("--rule", CORE)
    assert [[*table.objects.order_by("pk").values()] for table in (Alert, Finding, Delivery)] == kept
    assert mailoutbox == []
    statements = [query["sql"].split()[0] for query in queries]
    assert set(statements) <= {"SELECT", "SET", "BEGIN", "COMMIT", "DECLARE", "FETCH", "CLOSE"}
    assert any("READ ONLY" in query["sql"] for query in queries)


def test_the_database_refuses_a_write_in_the_midst_of_it(
    diaries: list[Person], candidate: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.replay.run.stored_histories", lambda _: Alert.objects.all().delete())
    with pytest.raises(Exception, match="read-only transaction"):
        list(replay([candidate], jobs=1))


def test_a_diary_erased_meanwhile_is_still_seen(diaries: list[Person], candidate: Rule) -> None:
    """One that was there when its range of patients was begun is gone through as it was then."""
    replays = replay([candidate], jobs=1)
    assert next(replays).diaries == 0
    with psycopg.connect(database_url(), autocommit=True) as another:
        another.execute("DELETE FROM diary_entry WHERE patient_id = %s", [diaries[0].patient_id])
    assert [(one.diaries, len(one.changed)) for one in replays] == [(3, 1)]


def test_several_processes_find_the_same(
    diaries: list[Person], replayed: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url())
    names = [argument for rule in candidates.CANDIDATES for argument in ("--rule", rule)]
    one, two = replayed(*names, "--json"), replayed(*names, "--json", "--jobs", "2")
    assert sorted(two.lines) == sorted(one.lines)
    assert two.summary == one.summary
    assert one.summary.endswith("of 3 diaries.")


def test_without_a_diary_there_is_nothing_to_say(transactional_db: None, candidate: Rule, replayed: Replay) -> None:
    assert replayed("--rule", CORE, "--json") == Replayed([], "0 gained, 0 lost, in 0 of 0 diaries.")


@pytest.mark.usefixtures("candidate")
def test_a_process_that_ended_is_said_with_how_far_it_came(replayed: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking_off(*_: object, **__: object) -> Iterator[GoneThrough]:
        yield GoneThrough(7)
        raise BrokenProcessPool

    monkeypatch.setattr("alerts.management.commands.replay.replay", breaking_off)
    with pytest.raises(CommandError, match=re.escape("A process died after 7 diaries.")):
        replayed("--rule", CORE)


@pytest.mark.usefixtures("candidate")
@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("lung_symptoms", "There is no candidate of lung_symptoms. Available: "),
        (f"{CORE}@7", f"There is no candidate of {CORE} in version 7. Available: "),
        (f"{CORE}@two", "Error: argument --rule: a version is a whole number"),
    ],
)
def test_a_candidate_that_is_not_there_is_said_in_one_line(replayed: Replay, named: str, said: str) -> None:
    with pytest.raises(CommandError) as refused:
        replayed("--rule", named)
    assert str(refused.value).startswith(said)
