"""Findings of an earlier version stay while it would still make them, and the active one keeps quiet after them."""

import pytest

from alerts.rules.earlier import VERSION_1, Recorded, is_earlier
from alerts.rules.findings import Finding
from alerts.rules.history import Entry, History
from alerts.rules.registry import RULES, rules_with
from alerts.rules.screening import screen, screen_all
from tests.alerts.rules.histories import date, day, days, diary, treatment, visit

CORE, CHECK_UP = "night_rest_not_responding", "check_up_due"


def nights(first: int, last: int, worst_pain: int = 5) -> list[Entry]:
    return days(first, last, worst_pain=worst_pain, woke_from_sleep=True)


def long_ago(*written: list[Entry]) -> History:
    """A visit that version 1 forgot on day 16, and a treatment that never helps."""
    return diary(visit(-350), treatment(11), *written)


def found(history: History, *on_record: Recorded) -> list[tuple[str, int, int]]:
    """Rule, version and day of what is found but watches."""
    findings = screen_all(history, on_record=on_record).findings
    return [(one.rule, one.version, day(one.met_on)) for one in findings if one.tier != "watch"]


def recorded(on: int, version: int = 1) -> Recorded:
    return Recorded(CORE, version, date(on))


def test_those_that_ask_for_change_have_one() -> None:
    assert set(VERSION_1) == {rule.id for rule in RULES.values() if rule.version == 2}
    assert is_earlier(CORE, 1)
    assert not is_earlier(CORE, 2)
    assert not is_earlier("minor_trauma_older", 1)


def test_version_1_alarmed_where_version_2_asks_for_a_check_up() -> None:
    history = long_ago(nights(1, 60))
    before: list[Finding] = [one for one in screen(history, rules=rules_with(*VERSION_1.values())) if one.rule == CORE]
    assert [(one.version, day(one.met_on)) for one in before] == [(1, 24)]
    assert found(history) == [(CHECK_UP, 1, 24)]


def test_what_is_on_record_is_found_as_it_was_and_nothing_beside_it() -> None:
    assert found(long_ago(nights(1, 60)), recorded(24)) == [(CORE, 1, 24)]


def test_a_check_up_is_due_180_days_after_it() -> None:
    assert found(long_ago(nights(1, 203)), recorded(24)) == [(CORE, 1, 24)]
    assert found(long_ago(nights(1, 204)), recorded(24)) == [(CORE, 1, 24), (CHECK_UP, 1, 204)]


def test_change_is_found_by_the_active_version_28_days_after_it_at_the_soonest() -> None:
    worse = long_ago(nights(1, 40), nights(41, 100, worst_pain=8))
    assert [one for one in found(worse, recorded(24)) if one[0] == CORE] == [(CORE, 1, 24), (CORE, 2, 72)]


def test_an_edit_that_moves_it_leaves_it_the_same_finding() -> None:
    assert found(long_ago(nights(1, 60)), recorded(40)) == [(CORE, 1, 24)]


def test_what_it_would_not_find_any_more_is_gone() -> None:
    mild = long_ago(days(1, 60, worst_pain=2, woke_from_sleep=False))
    assert found(mild, recorded(24)) == []


@pytest.mark.parametrize("version", [2, 3])
def test_findings_of_other_versions_are_not_its_concern(version: int) -> None:
    assert found(long_ago(nights(1, 60)), recorded(24, version)) == [(CHECK_UP, 1, 24)]


def test_the_dates_on_which_it_held_are_those_of_its_version() -> None:
    screening = screen_all(long_ago(nights(1, 60)), on_record=[recorded(24)])
    [finding] = [one for one in screening.findings if one.rule == CORE]
    assert [day(on) for on in screening.held_by(finding)] == list(range(24, 61))
    assert screening.held[CORE] == ()
