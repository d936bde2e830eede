"""The page, the JSON and the picture of a few people; which choices and candidates are tried."""

import json

import pytest

from alerts.rules.candidates import candidate_of
from evaluation.cohorts.choices import VARIED
from evaluation.cohorts.scenarios import SCENARIOS
from evaluation.scoring.candidates import COMPARED, EDITIONS
from evaluation.scoring.evidence import Evidence, evidence, evidence_json
from evaluation.scoring.figure import Figure
from evaluation.scoring.intervals import rate, share
from evaluation.scoring.page import evidence_page
from evaluation.scoring.reasons import REASONS, Reason
from evaluation.scoring.sensitivity import HEADLINES, sensitivity

FEW = 2


@pytest.fixture(scope="module")
def found() -> Evidence:
    scenarios = [SCENARIOS[name] for name in ("complete", "benign-only", "malignant-only", "triggers")]
    return evidence(scenarios, seed=5, count=FEW, mapped=map)


def test_the_page_says_that_the_people_are_synthetic_and_how_it_was_made(found: Evidence) -> None:
    page = evidence_page(found)
    assert "**synthetic**" in page
    assert "2 people a cohort, seed 5" in page
    assert "\n    python manage.py cohort score --seed 5 --people 2 --jobs 2 --write docs\n" in page


def test_every_goal_stands_at_the_top_with_its_verdict(found: Evidence) -> None:
    goals = evidence_page(found).split("## The goals")[1].split("\n## ")[0]
    for figure in found.figures:
        if figure.goal:
            assert f"| {figure.cohort} | {figure.name} ({figure.unit}) |" in goals
    assert "| triggers | danger signs found on the entry that carries them (%) | 100 |" in goals


def test_the_json_holds_every_figure(found: Evidence) -> None:
    shown = json.loads(evidence_json(found))
    assert (shown["synthetic"], shown["seed"], shown["people"]) == (True, 5, FEW)
    assert len(shown["figures"]) == len(found.figures)
    assert {"cohort", "figure", "unit", "value", "low", "high", "size", "goal", "met"} == set(shown["figures"][0])


def test_a_goal_is_met_or_missed_by_the_figure() -> None:
    def met(estimate: float, goal: str) -> bool | None:
        return Figure("complete", "x", "%", share(round(estimate), 100), goal).met

    assert (met(99, ">= 99"), met(98, ">= 99"), met(2, "<= 2"), met(3, "<= 2"), met(3, "")) == (
        True,
        False,
        True,
        False,
        None,
    )
    assert Figure("complete", "x", "%", rate(0, 0), ">= 1").met is None


def test_a_reason_is_given_for_what_is_missed() -> None:
    reason = Reason("benign-only", ("rule-false", "fluctuating"), lambda _: "why")
    assert reason.explains(Figure("benign-only", "rule-false alerts", "", share(1, 2)))
    assert not reason.explains(Figure("stress", "rule-false alerts", "", share(1, 2)))
    assert not reason.explains(Figure("benign-only", "delay", "", share(1, 2)))


def test_a_reason_can_be_told_of_whatever_was_scored(found: Evidence) -> None:
    assert all(reason.told(found) for reason in REASONS)


def test_a_missed_goal_without_a_known_reason_is_not_passed_over() -> None:
    missed = [
        Figure("benign-only", "rule-false alerts", "per 100 years", rate(9, 100), "<= 6"),
        Figure("triggers", "danger alerts without a sign", "per 100 years", rate(9, 100), "<= 0"),
        Figure("complete", "malignant: alerted before the diagnosis", "%", share(99, 100), ">= 98"),
    ]
    reasons = evidence_page(Evidence(seed=5, count=FEW, figures=missed)).split("### Why")[1].split("\n## ")[0]
    assert "*Rule-false alerts.*" in reasons
    assert "*triggers: danger alerts without a sign.* No one has looked into it yet." in reasons
    assert reasons.count("\n- ") == 2


def test_each_choice_is_shown_beside_the_one_that_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    one = {name: turned for name, turned in VARIED.items() if name.startswith("scales")}
    monkeypatch.setattr("evaluation.scoring.sensitivity.VARIED", one)
    varied = list(sensitivity(seed=5, count=2, mapped=map))
    assert [run.what for run in varied] == ["as chosen", "scales off by: 0.4 kg", "scales off by: 1.0 kg"]
    assert all(len(run.estimates) == len(HEADLINES) for run in varied)


def test_candidates_stand_beside_the_active_rules_on_the_same_people() -> None:
    scenarios = [SCENARIOS[name] for name in ("complete", "missing-50")]
    found = evidence(scenarios, seed=5, count=1, mapped=map, candidates=True)
    assert [(row.edition, row.cohort, row.name) for row in found.candidates] == [
        (edition, cohort, name)
        for edition, of_cohort in COMPARED.items()
        for cohort, names in of_cohort.items()
        if cohort in ("complete", "missing-50")
        for name in names
    ]
    assert all(row.active == found.estimate(row.cohort, row.name) for row in found.candidates)
    assert "| silent weeks | missing-50 | people found" in evidence_page(found)


def test_every_edition_names_candidates_that_there_are() -> None:
    tried = [version for name in COMPARED for version in EDITIONS[name]]
    assert [candidate_of(*version).version for version in tried] == [3, 3, 3]


def test_version_1_stands_beside_version_2_on_the_same_people() -> None:
    people = [SCENARIOS["years"]]
    page = evidence_page(evidence(people, seed=5, count=FEW, mapped=map, candidates=True))
    beside = page.split("## Version 1 beside version 2")[1].split("\n## ")[0]
    assert "| years | benign pain, all: check-ups due (per 100 years) | 0 (" in beside
