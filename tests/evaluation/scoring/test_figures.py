"""Figures from a handful of scored people, whose numbers can be counted by hand."""

from typing import Any

from evaluation.scoring.by_rule import RuleShare, by_rule
from evaluation.scoring.figures import figures
from evaluation.scoring.person import Alert, Scored


def alert(found: int, *, rule: str = "weight_loss", tier: str = "see_doctor", **more: Any) -> Alert:
    values: dict[str, Any] = {"met": found, "standing": "assessed", "true": True} | more
    return Alert(rule=rule, tier=tier, found=found, **values)


def scored(*alerts: Alert, **more: Any) -> Scored:
    values: dict[str, Any] = {
        "kind": "recovering",
        "habit": "regular",
        "days_of_use": 365,
        "first": 0,
        "last": 364,
        "diagnosis": None,
        "standings": {"assessed": 365},
        "never_assessed": False,
        "first_latent": {},
        "first_while_writing": None,
        "triggers": {},
        "naive": {"any night pain": 0, "any red flag": 0},
    }
    return Scored(alerts=alerts, **(values | more))


def tumour(*alerts: Alert, **more: Any) -> Scored:
    return scored(*alerts, **({"kind": "malignant", "diagnosis": 300, "first_latent": {"weight_loss": 100}} | more))


def value(cohort: str, name: str, *people: Scored) -> float | None:
    return next(figure.estimate.value for figure in figures(cohort, people) if figure.name == name)


FOUND = "people found, of those whose true state meets a rule"


def test_somebody_is_found_by_a_see_doctor_alert_alone() -> None:
    danger, watched = alert(120, tier="urgent"), alert(120, tier="watch")
    people = (tumour(alert(120)), tumour(danger), tumour(watched), tumour(), scored())
    assert value("complete", FOUND, *people) == 25


def test_a_delay_counts_from_the_first_day_the_true_state_meets_a_rule_and_is_never_negative() -> None:
    people = (tumour(alert(90)), tumour(alert(110), alert(105)), tumour(alert(150)), scored())
    assert value("complete", "delay, median", *people) == 5
    assert value("complete", "delay, 90th percentile", *people) == 50


def test_before_the_diagnosis_every_tier_but_watch_counts() -> None:
    people = (
        tumour(alert(299, tier="urgent")),
        tumour(alert(244)),
        tumour(alert(245)),
        tumour(alert(300)),
        tumour(alert(10, tier="watch")),
    )
    assert value("malignant-only", "malignant: alarmed before the diagnosis", *people) == 60
    assert value("malignant-only", "malignant: at least 8 weeks before", *people) == 20


def test_a_well_kept_diary_has_entries_of_42_days_by_a_diligent_person() -> None:
    kept = {"first_while_writing": None, "days_of_use": 42}
    people = (
        tumour(alert(200), habit="moderate", **kept),
        tumour(habit="high", **kept),
        tumour(alert(200), habit="low", **kept),
        tumour(alert(200), habit="high", **(kept | {"days_of_use": 41})),
    )
    assert value("realistic", "malignant, well-kept diaries: alarmed before the diagnosis", *people) == 50


def test_who_stops_writing_before_a_rule_is_met_is_not_missed() -> None:
    people = (
        tumour(habit="high", first_while_writing=None),
        tumour(alert(160), habit="high", first_while_writing=150),
        scored(habit="high"),
    )
    assert value("realistic", "high adherence: people found", *people) == 100
    assert value("realistic", "high adherence: delay, median", *people) == 10


def test_alerts_are_counted_by_the_time_of_their_standing() -> None:
    half = {"standings": {"assessed": 73, "older": 292}}
    people = (scored(alert(10), alert(100, standing="older"), **half), scored(standings={"not yet": 365}))
    assert value("benign-only", "assessed benign pain, all: alerts", *people) == 500
    assert value("benign-only", "assessment older than a year: alarms", *people) == 125
    assert value("benign-only", "not yet assessed: alerts", *people) == 0


def test_a_rule_false_alert_is_one_that_the_true_state_does_not_meet() -> None:
    people = (scored(alert(10, true=False), alert(200)), scored(alert(10, true=False, tier="urgent")))
    assert value("benign-only", "rule-false alerts", *people) == 50


def test_only_those_without_any_visit_were_never_assessed() -> None:
    never = {"never_assessed": True, "standings": {"not yet": 365}}
    people = (scored(alert(10, standing="not yet"), **never), scored(**never), scored(alert(10, standing="not yet")))
    assert value("benign-only", "never assessed, recovering: advised within a year", *people) == 50


def test_the_naive_rules_are_so_many_times_as_loud() -> None:
    people = (scored(alert(10), naive={"any night pain": 12, "any red flag": 30}),)
    loud = "assessed benign pain, naive rule “any night pain”: against the rules"
    assert value("benign-only", loud, *people) == 12


def test_a_danger_sign_must_be_found_on_its_day_and_by_its_rule() -> None:
    sign = {"triggers": {50: "cauda_equina"}}
    found, late, other = (
        scored(alert(day, rule=rule, tier="emergency"), **sign)
        for day, rule in ((50, "cauda_equina"), (51, "cauda_equina"), (50, "collapse"))
    )
    assert value("triggers", "danger signs found on the entry that carries them", found, late, other, found) == 50
    assert value("triggers", "danger alerts without a sign", found, late, other, found) == 50


def test_alerts_are_told_by_rule_the_loudest_first() -> None:
    benign = (scored(alert(10), alert(200, standing="older", true=False), alert(30, rule="lung_symptoms")),)
    malignant = (tumour(alert(50, rule="lung_symptoms"), alert(80)), tumour(alert(400)))
    assert by_rule(benign, malignant) == [
        RuleShare("weight_loss", assessed=1, older=1, not_yet=0, false=1, assessed_false=0, first=0),
        RuleShare("lung_symptoms", assessed=1, older=0, not_yet=0, false=0, assessed_false=0, first=1),
    ]
