"""Each rule now, over HTTP: met or not, what was counted, and what is missing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from alerts.rules.registry import RULES
from tests.alerts.diaries import entry, nights_that_no_tablet_helped, visit, write
from tests.cast import Person, send

CORE = "night_rest_not_responding"


def screening(person: Person, whose: str = "me") -> Any:
    answer = person.get(f"patients/{whose}/screening")
    assert answer.status == 200
    return answer.body


def rule(shown: Any, id_: str) -> Any:
    return next(item for item in shown["items"] if item["rule"] == id_)


def test_an_empty_diary_shows_every_rule_with_what_is_missing_and_no_all_clear(alice: Person) -> None:
    shown = screening(alice)
    assert [item["rule"] for item in shown["items"]] == list(RULES)
    assert not any(item["met"] or item["explained"] for item in shown["items"])
    assert all(item["missing"] and item["title"] for item in shown["items"])
    assert shown["as_of"] == timezone.now().date().isoformat()
    assert "if something worries you, see a doctor" in shown["note"]


def test_a_rule_that_is_met_shows_its_counts_and_trials(alice: Person) -> None:
    write(alice, *nights_that_no_tablet_helped(until=timezone.now().date()), now=timezone.now())
    core = rule(screening(alice), CORE)
    assert (core["met"], core["missing"]) == (True, [])
    assert core["counts"]["night_rest"]["positive"] == core["counts"]["night_rest"]["answered"] == 28
    assert [trial["verdict"] for trial in core["trials"]] == ["not_responded"]
    assert core["explained"]["noted"].startswith("On 28 of 28 answered days")
    assert [trial["verdict"] for trial in core["explained"]["trials"]] == ["no response"]


def test_after_a_visit_what_is_missing_is_change(alice: Person) -> None:
    today = timezone.now().date()
    write(alice, *nights_that_no_tablet_helped(until=today), visit(today), now=timezone.now())
    (missing,) = rule(screening(alice), CORE)["missing"]
    assert missing["check"] == "changed_since_assessment"
    assert missing["says"].startswith("A doctor has looked at this")


def test_it_says_what_is_still_missing_of_a_pattern(alice: Person) -> None:
    write(alice, entry(timezone.now().date(), night_pain=6), now=timezone.now())
    building = rule(screening(alice), "building_pattern")
    assert [missing["says"] for missing in building["missing"]] == [
        "1 of the last 14 days have an answer to this; at least 7 are needed."
    ]


def test_a_watch_is_for_the_patient_alone(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "read")
    shown = screening(bob, str(alice.patient_id))
    assert {item["rule"] for item in shown["items"]} == set(RULES) - {"building_pattern"}


@pytest.mark.parametrize(("level", "status"), [("alerts", 404), ("read", 200), ("log", 200)])
def test_who_may_read_the_diary_sees_it(alice: Person, bob: Person, charlie: Person, level: Any, status: int) -> None:
    bob.cares_for(alice, level)
    path = f"patients/{alice.patient_id}/screening"
    assert bob.get(path).status == status
    assert charlie.get(path).body == charlie.get(f"patients/{uuid4()}/screening").body
    assert (charlie.get(path).status, send("GET", path).status) == (404, 401)


def test_another_day_sees_nothing_later(alice: Person) -> None:
    today = timezone.now().date()
    write(alice, *nights_that_no_tablet_helped(until=today, weeks=6), now=timezone.now())
    early = alice.get(f"patients/me/screening?as_of={today - timedelta(days=35)}").body
    assert early["as_of"] == (today - timedelta(days=35)).isoformat()
    assert (rule(early, CORE)["met"], rule(screening(alice), CORE)["met"]) == (False, True)
    assert rule(early, CORE)["counts"]["night_rest"]["answered"] == 7


@pytest.mark.parametrize(
    "bad", ["as_of=2026-02-30", "as_of=today", "as_of=2026-01-01&as_of=2026-01-02", "on=2026-01-01"]
)
def test_a_day_that_is_none_is_refused(alice: Person, bad: str) -> None:
    assert alice.get(f"patients/me/screening?{bad}").status == 400


@pytest.mark.parametrize("days_ago", [0, 365])
def test_it_says_which_assessment_counts_and_until_when(alice: Person, days_ago: int) -> None:
    on = timezone.now().date() - timedelta(days=days_ago)
    write(alice, visit(on), now=timezone.now())
    until = on + timedelta(days=365)
    assert screening(alice)["assessment"] == {"on": on.isoformat(), "in_force_until": until.isoformat(), "ask": False}


@pytest.mark.parametrize(("days_ago", "ask"), [(365, False), (366, True)])
def test_one_that_the_diary_was_kept_under_counts_on_and_is_asked_about_after_a_year(
    alice: Person, days_ago: int, ask: bool
) -> None:
    on = timezone.now().date() - timedelta(days=days_ago)
    kept = [entry(on + timedelta(days=day), worst_pain=3) for day in range(10)]
    write(alice, visit(on), *kept, now=timezone.now())
    assert screening(alice)["assessment"] == {"on": on.isoformat(), "in_force_until": None, "ask": ask}


@pytest.mark.parametrize("days_ago", [None, 366])
def test_without_an_assessment_in_force_it_is_time_to_ask(alice: Person, days_ago: int | None) -> None:
    if days_ago is not None:
        write(alice, visit(timezone.now().date() - timedelta(days=days_ago)), now=timezone.now())
    assert screening(alice)["assessment"] == {"on": None, "in_force_until": None, "ask": True}
