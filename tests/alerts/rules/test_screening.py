"""What the rest of the service asks of the rules."""

import json

import pytest

from alerts.rules.findings import finding_as_dict
from alerts.rules.history import History
from alerts.rules.registry import DANGER_SIGNS, RULES
from alerts.rules.rule import Outcome
from alerts.rules.screening import danger_signs, rules_holding, rules_on, screen, screen_all
from alerts.rules.tiers import Tier
from tests.alerts.rules.histories import date, day, days, diary, entry, event, treatment, visit

FAILED = diary(days(1, 40, worst_pain=6, woke_from_sleep=True), treatment(11), entry(20, collapse=True))


def test_every_rule_has_its_permanent_id_version_tier_and_source() -> None:
    assert {rule.id: rule.tier.value for rule in RULES.values()} == {
        "cauda_equina": "emergency",
        "breathing_emergency": "emergency",
        "cancer_history_spinal_pain": "urgent",
        "new_neurology": "urgent",
        "infection_signs": "urgent",
        "fragility_fracture": "urgent",
        "coughing_blood": "urgent",
        "night_rest_not_responding": "see_doctor",
        "night_rest_persistent": "see_doctor",
        "worsening_pain": "see_doctor",
        "lung_symptoms": "see_doctor",
        "weight_loss": "see_doctor",
        "flank_or_breath_pain": "see_doctor",
        "worse_lying_down": "see_doctor",
        "minor_trauma_older": "see_doctor",
        "check_up_due": "check_up",
        "building_pattern": "watch",
    }
    assert all(rule.version == (2 if rule.changed else 1) and rule.source for rule in RULES.values())
    assert all(RULES[name].id == name for name in RULES)


def test_tiers_are_ordered() -> None:
    assert sorted(Tier, key=lambda tier: tier.rank) == [
        Tier.WATCH,
        Tier.CHECK_UP,
        Tier.SEE_DOCTOR,
        Tier.URGENT,
        Tier.EMERGENCY,
    ]


def test_findings_come_by_date_then_rule() -> None:
    found = [(day(finding.met_on), finding.rule) for finding in screen(FAILED)]
    assert found == [
        (7, "building_pattern"),
        (20, "breathing_emergency"),
        (24, "night_rest_not_responding"),
    ]


def test_an_empty_history_has_no_findings() -> None:
    assert screen(diary()) == ()
    assert rules_holding(diary(), on=date(1)) == ()


def test_every_finding_is_plain_json() -> None:
    shown = [finding_as_dict(finding) for finding in screen(FAILED)]
    assert json.loads(json.dumps(shown)) == shown


def test_without_a_date_it_sees_up_to_the_last_entry_or_event() -> None:
    history = diary(days(1, 40, worst_pain=6, woke_from_sleep=True), event("imaging", 60), treatment(11))
    assert screen(history) == screen(history, as_of=date(60))


def test_the_dates_on_which_each_rule_held() -> None:
    screening = screen_all(FAILED)
    assert [day(on) for on in screening.held["night_rest_not_responding"]] == list(range(24, 41))
    assert screening.held["weight_loss"] == ()
    emergencies = screening.held["breathing_emergency"]
    assert any(date(13) <= on <= date(20) for on in emergencies)
    assert not any(date(21) <= on <= date(40) for on in emergencies)


class TestDangerSigns:
    def test_only_the_dates_that_were_touched(self) -> None:
        history = diary(entry(1, collapse=True), entry(5, coughing_blood=True))
        assert [found.rule for found in danger_signs(history, on=[date(5)])] == ["coughing_blood"]

    def test_both_of_two_dates(self) -> None:
        history = diary(entry(1, collapse=True), entry(5, coughing_blood=True))
        found = danger_signs(history, on=[date(5), date(1)])
        assert [(day(each.met_on), each.rule) for each in found] == [(1, "breathing_emergency"), (5, "coughing_blood")]

    @pytest.mark.parametrize(("after", "found"), [(1, True), (3, True), (4, False)])
    def test_an_event_is_looked_at_on_the_days_it_can_reach(self, after: int, found: bool) -> None:
        history = diary(event("fracture", 5, trauma="minor"), entry(5 + after, worst_pain=8))
        assert bool(danger_signs(history, on=[date(5)])) is found

    def test_another_days_danger_is_not_this_writes(self) -> None:
        history = diary(event("imaging", 5), entry(6, collapse=True))
        assert danger_signs(history, on=[date(5)]) == ()

    def test_patterns_are_none(self) -> None:
        assert {rule.tier for rule in DANGER_SIGNS} == {Tier.EMERGENCY, Tier.URGENT}
        assert danger_signs(FAILED, on=[date(24)]) == ()


class TestWhyNoAlert:
    @staticmethod
    def outcome(rule: str, history: History, on: int) -> Outcome:
        return next(outcome for outcome in rules_on(history, on=date(on)) if outcome.rule.id == rule)

    def test_every_rule_says_whether_it_is_met(self) -> None:
        met = {outcome.rule.id for outcome in rules_on(FAILED, on=date(30)) if outcome.met}
        assert met == set(rules_holding(FAILED, on=date(30))) == {"night_rest_not_responding"}
        assert len(rules_on(FAILED, on=date(30))) == len(RULES)

    def test_a_rule_that_is_not_met_says_what_is_missing(self) -> None:
        outcome = self.outcome("night_rest_not_responding", FAILED, 23)
        assert not outcome.met
        assert [check.name for check in outcome.missing] == ["trials_not_responded"]

    def test_after_a_visit_what_is_missing_is_change(self) -> None:
        history = diary(visit(-5), FAILED.entries, *FAILED.treatments)
        outcome = self.outcome("night_rest_not_responding", history, 30)
        assert [check.name for check in outcome.missing] == ["changed_since_assessment"]

    def test_it_sees_nothing_later(self) -> None:
        assert not self.outcome("breathing_emergency", FAILED, 19).met
        assert self.outcome("breathing_emergency", FAILED, 20).met

    def test_a_rule_that_time_alone_would_meet_waits_for_an_entry(self) -> None:
        nights = [entry(on, woke_from_sleep=on in (5, 6, 7, 10, 11)) for on in range(1, 12)]
        outcome = self.outcome("building_pattern", diary(nights), 15)
        assert not outcome.met
        assert [check.name for check in outcome.missing] == ["new_entry"]
