"""Synthetic people look as they should, and are the same for the same seed."""

from dataclasses import replace
from statistics import mean, median

import pytest

from alerts.rules.registry import DANGER_SIGNS
from evaluation.cohorts.benign import COURSES
from evaluation.cohorts.choices import PLAUSIBLE
from evaluation.cohorts.companions import CASES
from evaluation.cohorts.latent import LatentEvent, LatentPerson, Standing
from evaluation.cohorts.planting import AFTER_CANCER_SIGNS, SIGNS
from evaluation.cohorts.scenarios import SCENARIOS, Scenario, person

SEED = 11


def people(scenario: Scenario, count: int, seed: int = SEED) -> list[LatentPerson]:
    return [person(scenario, seed=seed, number=number) for number in range(count)]


@pytest.fixture(scope="module")
def benign() -> list[LatentPerson]:
    return people(SCENARIOS["benign-only"], 150)


@pytest.fixture(scope="module")
def malignant() -> list[LatentPerson]:
    return people(SCENARIOS["malignant-only"], 100)


def share(people: list[LatentPerson], symptom: str) -> float:
    return mean(any(symptom in day.symptoms for day in person.days) for person in people)


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    first, again, other = (people(SCENARIOS["complete"], 2, seed) for seed in (1, 1, 2))
    assert first == again != other


def test_the_people_are_the_same_however_their_diaries_are_kept() -> None:
    assert people(SCENARIOS["complete"], 3) == people(SCENARIOS["realistic"], 3)


def test_the_shares_of_the_classes_add_up() -> None:
    assert sum(course.share for course in COURSES.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("kind", "worst", "nights"),
    [
        ("persistent mild", (1.8, 2.8), (0.06, 0.14)),
        ("recovering", (0.7, 1.5), (0.02, 0.08)),
        ("severe chronic", (6.5, 7.7), (0.4, 0.65)),
        ("fluctuating", (3.5, 6), (0.2, 0.4)),
    ],
)
def test_each_class_hurts_as_it_should(
    benign: list[LatentPerson], kind: str, worst: tuple[float, float], nights: tuple[float, float]
) -> None:
    days = [day for person in benign if person.kind == kind for day in person.days]
    assert worst[0] < mean(day.worst for day in days) < worst[1]
    assert nights[0] <= mean(day.positive for day in days) < nights[1]


def test_mondays_are_a_little_worse(benign: list[LatentPerson]) -> None:
    mondays, others = (
        mean(day.worst for person in benign for number, day in enumerate(person.days) if (number % 7 == 0) is monday)
        for monday in (True, False)
    )
    assert 0.1 < mondays - others < 0.5


def test_a_calm_night_is_not_nearly_a_painful_one(benign: list[LatentPerson]) -> None:
    calm = [day.night for person in benign for day in person.days if not day.positive and day.worst >= 3]
    assert mean(night == 3 for night in calm) == pytest.approx(0.25, abs=0.05)


def test_a_tumours_pain_rises_and_most_nights_hurt_in_the_end(malignant: list[LatentPerson]) -> None:
    for part, worst, nights in ((slice(28), (1, 4), (0.1, 0.35)), (slice(-28, None), (6, 10), (0.7, 0.95))):
        days = [day for person in malignant for day in person.days[part]]
        assert worst[0] < mean(day.worst for day in days) < worst[1]
        assert nights[0] < mean(day.positive for day in days) < nights[1]


def test_the_diagnosis_comes_after_three_to_eighteen_months_and_ends_the_story(malignant: list[LatentPerson]) -> None:
    lengths = [len(person.days) for person in malignant]
    assert all(91 <= length <= 548 for length in lengths)
    assert median(lengths) == pytest.approx(365, abs=45)
    assert all(person.diagnosis == len(person.days) for person in malignant)


def test_companions_are_as_common_as_they_were_counted(
    malignant: list[LatentPerson], benign: list[LatentPerson]
) -> None:
    for symptom in ("breathlessness", "chest_pain", "fatigue"):
        assert share(malignant, symptom) == pytest.approx(CASES[symptom], abs=0.15)
        assert share(benign, symptom) < 0.3
    assert share(benign, "coughing_blood") < 0.06 < share(malignant, "coughing_blood")


def test_most_tumours_are_thoracic_or_lumbar_where_that_is_asked(malignant: list[LatentPerson]) -> None:
    lumbar = people(SCENARIOS["lumbar-first"], 60)
    for group, site in ((malignant, "mid_back"), (lumbar, "lower_back")):
        places = [place for person in group for place in {site for day in person.days for site in day.sites}]
        assert max({"mid_back", "lower_back", "neck"}, key=places.count) == site


def test_abrupt_pain_comes_with_a_fracture_that_only_some_notice() -> None:
    fractures = [event for one in people(SCENARIOS["malignant-only"], 200) for event in one.events if event.trauma]
    assert 1 <= len(fractures) <= 20
    assert {event.kind for event in fractures} == {"fracture"}
    assert {event.site for event in fractures} <= {"mid_back", "lower_back", "neck"}


def test_nobody_was_examined_before_the_diary_where_that_is_asked(benign: list[LatentPerson]) -> None:
    assert any(visit < 0 for person in benign for visit in person.assessments)
    unexamined = people(SCENARIOS["unexamined"], 40)
    assert not any(visit < 0 for person in unexamined for visit in person.assessments)
    assert any(person.assessments for person in unexamined)


def test_an_assessment_is_of_the_last_year_or_older(benign: list[LatentPerson]) -> None:
    someone = replace(benign[0], events=[LatentEvent("doctor_visit", -300)])
    assert someone.standings()[65:67] == ["assessed", "older"]
    later = replace(someone, events=[LatentEvent("doctor_visit", 10)])
    expected: list[Standing] = ["not yet", "assessed"]
    assert later.standings()[9:11] == expected


def test_pain_falls_in_a_trial_by_chance_and_more_often_with_help() -> None:
    nobody = replace(SCENARIOS["benign-only"], choices=replace(PLAUSIBLE, responders=0.0))
    by_chance, helped = (_falls(people(scenario, 300)) for scenario in (nobody, SCENARIOS["benign-only"]))
    assert by_chance == pytest.approx(0.35, abs=0.08)
    assert helped == pytest.approx(0.45, abs=0.08)
    assert helped > by_chance + 0.03


def _falls(people: list[LatentPerson]) -> float:
    """Share of trials at whose end the week's mean is 30 % or more below that of the week before."""
    lasts = {"medication": 14, "physiotherapy": 42}
    falls = []
    for one in people:
        for treatment in one.treatments:
            end = treatment.start + lasts[treatment.kind]
            before = [day.worst for day in one.days[max(0, treatment.start - 7) : treatment.start]]
            if len(before) == 7 and mean(before) >= 1 and end <= treatment.stop + 1:
                falls.append(mean(day.worst for day in one.days[end - 7 : end]) <= 0.7 * mean(before))
    return mean(falls)


def test_a_sign_of_every_emergency_and_urgent_rule_is_planted() -> None:
    assert {rule for rule, _ in SIGNS + AFTER_CANCER_SIGNS} == {rule.id for rule in DANGER_SIGNS}
    assert all(len(person.triggers) == 3 for person in people(SCENARIOS["triggers"], 20))
