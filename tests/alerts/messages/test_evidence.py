"""Why an alert, in words: for the patient, for who may read the diary, and for the doctor."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.messages import labels, sentences
from alerts.messages.evidence import SENTENCES, Evidence, evidence_wording
from alerts.messages.explanation import explained
from alerts.messages.for_doctors import doctor_lines
from alerts.messages.patterns import PATTERNS
from alerts.messages.signs import SIGNS
from alerts.rules.emergency import breathing_emergency, cauda_equina
from alerts.rules.findings import finding_of
from alerts.rules.registry import RULES
from alerts.rules.screening import rules_on, screen
from alerts.rules.tiers import Tier
from alerts.rules.urgent import coughing_blood, fragility_fracture, new_neurology
from tests.alerts.messages.findings import evidence_of, findings, findings_of
from tests.alerts.messages.speaking import spoken
from tests.alerts.rules.histories import date, days, diary, entry, event, treatment, visit

CORE = "night_rest_not_responding"
NEVER = r"cancer|tumou?r|metasta|diagnos|\bfine\b|nothing serious|all clear|don't worry|healthy|harmless"
WORSE_SINCE_THE_VISIT = (
    days(1, 40, worst_pain=4, woke_from_sleep=True),
    days(41, 100, worst_pain=7, woke_from_sleep=True),
    treatment(11),
    visit(40),
)
EVERY_SIGN = {
    "cauda_equina": cauda_equina.SIGNS,
    "breathing_emergency": [*breathing_emergency.SIGNS, breathing_emergency.SUDDEN],
    "cancer_history_spinal_pain": [
        "neck_upper_or_mid_back_pain",
        "night_rest_pain",
        "worse_on_straining",
        "severe_lower_back_pain",
    ],
    "new_neurology": new_neurology.SIGNS,
    "infection_signs": ["fever_with_back_or_flank_pain", "flank_pain_with_blood_in_urine"],
    "fragility_fracture": [
        "spinal_fracture",
        "severe_pain_after_fracture",
        "severe_pain_after_minor_trauma",
        *fragility_fracture.SIGNS,
    ],
    "coughing_blood": coughing_blood.SIGNS,
}
MADE_OF_OTHERS = {
    "enough_to_count",
    "one_of_two",
    "by_itself",
    "risk",
    "smoked",
    "loss",
    "with_back_pain",
    "with_companion",
    "nights_or_age",
    "beside_it",
    "at_risk",
}
"""Checks that are met by others, each of which says what it counts."""


def core(*parts: Any) -> Evidence:
    """The newest finding of the core rule."""
    return evidence_of([found for found in screen(diary(*parts)) if found.rule == CORE][-1])


def worst_signs(rule: str) -> Evidence:
    """A day that says everything the rule looks for at once."""
    check = "new_signs" if rule == "new_neurology" else "signs"
    counts = {check: {"met": True, "found": EVERY_SIGN[rule]}}
    return Evidence(rule=rule, as_of=date(1000), days=[date(1000)], counts=counts, trials=[])


def _found(check: Any) -> list[str]:
    return list(check.get("found", []))


def names_in(counts: Any) -> Iterator[str]:
    for name, facts in counts.items():
        if isinstance(facts, dict) and "met" in facts:
            yield name
            yield from names_in(facts)


def test_every_rule_is_found_here_and_has_its_sentences() -> None:
    assert {found.rule for found in findings()} == set(RULES) == set(SENTENCES)


@pytest.mark.parametrize("rule", RULES)
def test_title_evidence_and_the_one_action_have_at_most_sixty_words(rule: str) -> None:
    for found in findings_of(rule):
        for tier in {found.tier, Tier.SEE_DOCTOR}:
            assert len(spoken(evidence_of(found), tier)) <= 60, evidence_wording(evidence_of(found))


@pytest.mark.parametrize("rule", [rule.id for rule in RULES.values() if rule.tier in (Tier.EMERGENCY, Tier.URGENT)])
def test_even_every_sign_at_once_fits(rule: str) -> None:
    assert len(spoken(worst_signs(rule), RULES[rule].tier)) <= 60


@pytest.mark.parametrize("rule", RULES)
def test_it_names_a_day_or_a_span_but_no_disease_and_no_all_clear(rule: str) -> None:
    for found in findings_of(rule):
        for whose in (None, "Alice"):
            noted = evidence_wording(evidence_of(found), whose)
            assert re.search(r"\d", noted)
            assert "%(" not in noted
            assert not re.search(NEVER, noted.replace("an earlier cancer", ""), re.IGNORECASE)


@pytest.mark.parametrize("rule", RULES)
def test_a_caregiver_reads_about_the_patient_and_the_patient_is_spoken_to(rule: str) -> None:
    for found in findings_of(rule):
        about, to = (evidence_wording(evidence_of(found), whose) for whose in ("Alice", None))
        assert "Alice" in about
        assert "Alice" not in to
        assert not re.search(r"\byou(r|rself)?\b", about, re.IGNORECASE)
        assert re.search(r"\byour?\b", to, re.IGNORECASE)


def test_a_sign_noted_days_ago_names_its_day() -> None:
    (found,) = screen(diary(entry(5, saddle_numbness=True), entry(9, worst_pain=2)))
    assert evidence_wording(evidence_of(found)) == (
        "On 5 January 2024 you noted: numbness between the legs. With back pain, this can't wait."
    )


def test_the_core_rule_says_on_how_many_days_and_what_did_not_help() -> None:
    evidence = core(days(1, 24, worst_pain=5, woke_from_sleep=True), treatment(11, name="Ibuprofen"))
    assert evidence_wording(evidence) == (
        "On 24 of 24 answered days in the 28 days up to 24 January 2024 you noted: pain at night or at rest. "
        "Tried without enough relief: Ibuprofen."
    )


def test_a_treatment_with_a_long_name_is_called_by_its_kind() -> None:
    name = "two of the white tablets from the pharmacy in the evening"
    evidence = core(days(1, 24, worst_pain=5, woke_from_sleep=True), treatment(11, name=name))
    assert evidence_wording(evidence).endswith("without enough relief: a medicine.")


def test_a_treatment_that_failed_twice_is_named_once_however_it_was_written() -> None:
    evidence = core(days(1, 24, worst_pain=5, woke_from_sleep=True), treatment(11, name="Ibuprofen"))
    (failed,) = evidence.trials
    names = ("Ibuprofen", "ＩＢＵＰＲＯＦＥＮ", "Tramal")
    twice = replace(evidence, trials=[{**failed, "name": name} for name in names])
    assert evidence_wording(twice).endswith("without enough relief: Ibuprofen, Tramal.")


def test_after_a_visit_it_says_by_how_much_the_pain_is_higher() -> None:
    assert evidence_wording(core(*WORSE_SINCE_THE_VISIT)) == (
        "You noted it on 28 of 28 answered days. Since the doctor looked at this on 9 February 2024 "
        "your pain is 3 points higher, and has been for two weeks."
    )


def test_the_doctor_sees_dates_counts_thresholds_and_what_was_compared() -> None:
    assert doctor_lines(core(*WORSE_SINCE_THE_VISIT)) == [
        "Counted as of 12 March 2024; based on 28 days from 14 February 2024 to 12 March 2024.",
        "Pain at night or at rest (4 or more of 10, or woken by it): positive on 28 of 28 answered days in 28 days. "
        "Needed: answers ≥ 10, positive ≥ 50%.",
        "Weeks of the last 3 with 2 answers and pain at night or at rest: 3. Needed: ≥ 3.",
        "Adequate treatments without response: 1. Needed: ≥ 1.",
        "Assessed by a doctor on 9 February 2024. Changed since: more pain.",
        "Worst pain, mean: 7 in the last 28 days, 4 in the 28 days up to 9 February 2024. Needed on each of 14 days: "
        "2 points more, or 1.5 points more together with a share of days with pain at night or at rest that is "
        "30 percentage points higher.",
        "Pain at night or at rest (4 or more of 10, or woken by it): 100% in the last 28 days, 100% in the 28 days up "
        "to 9 February 2024. Needed: 30 percentage points more.",
    ]


def test_the_trials_table_has_a_row_for_each_trial() -> None:
    recalled = treatment(1, name="Naproxen", recalled_score_before=6)
    (row,) = explained(core(days(1, 28, worst_pain=6, woke_from_sleep=True), recalled)).trials
    assert (row.kind, row.name, row.started, row.last_day) == (
        "Medication",
        "Naproxen",
        "1 January 2024",
        "still taken",
    )
    assert (row.before, row.after, row.question, row.verdict) == ("6", "6", "worst pain", "no response")
    assert row.remark == "low confidence: the score before is recalled, not recorded"


@pytest.mark.parametrize("rule", RULES)
def test_every_finding_reads_in_full_for_the_doctor(rule: str) -> None:
    for found in findings_of(rule):
        seen = explained(evidence_of(found))
        assert len(seen.doctor) >= 2
        assert len(set(seen.doctor)) == len(seen.doctor)
        assert all(line.endswith(".") and "%(" not in line and "None" not in line for line in seen.doctor)
        assert len(seen.trials) == len(found.trials)


def test_every_check_of_every_rule_has_its_label_and_no_label_is_left_over() -> None:
    worded = {*labels.COUNTS, *labels.VALUES, *labels.FINDS, *labels.ANSWERS, *labels.OF_THE_SIGN}
    seen = {name for found in findings() for name in names_in(found.counts)} - {"changed_since_assessment"}
    unmet = {name for one in rules_on(diary(), on=date(1)) for name in names_in(finding_of(one).counts)}
    assert (seen | unmet) - MADE_OF_OTHERS <= worded | {"changed_since_assessment"}
    symptoms = {"cough", "breathlessness", "fatigue", "appetite_loss", "chest_pain"}
    assert worded - symptoms <= seen


def test_everything_that_can_be_found_has_its_words() -> None:
    named = {name for found in findings() for facts in found.counts.values() for name in _found(facts)}
    every = {sign for signs in EVERY_SIGN.values() for sign in signs}
    assert {name for name in named if not re.match(r"\d{4}-", name)} | every <= set(SIGNS) | set(sentences.PATTERNS)
    assert set(SENTENCES) == set(PATTERNS)


def test_an_event_is_named_by_its_day() -> None:
    fall = event("fall", 10, trauma="minor")
    hurt = days(10, 20, worst_pain=6, sites=("lower_back",))
    (found,) = [one for one in screen(diary(hurt, fall, birth_year=1960)) if one.rule == "minor_trauma_older"]
    assert found.met_on - date(10) == timedelta(days=7)
    assert evidence_wording(evidence_of(found), "Alice") == (
        "After the small injury or fall of 10 January 2024 Alice noted new back pain, "
        "and on 17 January 2024 it was still there."
    )
