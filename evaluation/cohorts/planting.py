"""Danger signs and near-misses of known days: each sign must be found on its day, each near-miss must not."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from evaluation.cohorts.latent import LatentEvent, LatentPerson

ALONE = {
    "saddle_numbness": "cauda_equina",
    "bladder_change": "cauda_equina",
    "bowel_change": "cauda_equina",
    "both_legs_weak": "cauda_equina",
    "unable_to_walk": "cauda_equina",
    "coughing_much_blood": "breathing_emergency",
    "breathless_at_rest": "breathing_emergency",
    "collapse": "breathing_emergency",
    "sudden_chest_pain": "breathing_emergency",
    "coughing_blood": "coughing_blood",
    "leg_weak": "new_neurology",
    "unsteady_walking": "new_neurology",
    "band_like_pain": "new_neurology",
    "height_loss": "fragility_fracture",
    "spine_deformity": "fragility_fracture",
}
"""Each is enough alone, with the rule that must find it."""
BETWEEN = 30
"""Days between what is planted, so that each is an episode of its own."""
AFTER_CANCER = 0.15
"""Share of the planted who have had cancer. Every painful night of theirs is a danger sign, so theirs are quiet."""

Planting = Callable[[LatentPerson, int], None]


def plant(random: Random, person: LatentPerson) -> None:
    """Three danger signs and three near-misses, each in its own month of a diary that has no other danger sign."""
    _remove_danger_signs(person)
    months = [20 + BETWEEN * month for month in random.sample(range(11), k=6)]
    after_cancer = random.random() < AFTER_CANCER
    if after_cancer:
        _quieten(person)
    signs, misses = (AFTER_CANCER_SIGNS, AFTER_CANCER_MISSES) if after_cancer else (SIGNS, NEAR_MISSES)
    for day, (rule, sign) in zip(months[:3], random.choices(signs, k=3), strict=True):
        sign(person, day)
        person.triggers[day] = rule
    for day, miss in zip(months[3:], random.choices(misses, k=3), strict=True):
        miss(person, day)


def _remove_danger_signs(person: LatentPerson) -> None:
    person.profile |= {"cancer_history": False, "osteoporosis": False, "steroid_use": False}
    person.events = [event for event in person.events if event.kind == "doctor_visit"]
    for day in person.days:
        day.symptoms -= {"coughing_blood"}
        day.sites = tuple(site for site in day.sites if site != "left_flank")


def _quieten(person: LatentPerson) -> None:
    person.profile["cancer_history"] = True
    for day in person.days:
        day.worst, day.night, day.rest, day.woke = min(2, day.worst), min(2, day.night), min(2, day.rest), False


def _alone(sign: str) -> Planting:
    def planted(person: LatentPerson, day: int) -> None:
        person.days[day].symptoms |= {sign}

    return planted


def _sudden_breathlessness_and_pain_on_breathing(person: LatentPerson, day: int) -> None:
    person.days[day].symptoms |= {"sudden_breathlessness"}
    person.days[day].breath = True


def _fever_and_back_pain(person: LatentPerson, day: int) -> None:
    person.days[day].symptoms |= {"fever"}
    person.days[day].sites = ("lower_back",)


def _blood_in_urine_and_flank_pain(person: LatentPerson, day: int) -> None:
    person.days[day].symptoms |= {"blood_in_urine"}
    person.days[day].sites = ("right_flank",)


def _spinal_fracture_after_nothing(person: LatentPerson, day: int) -> None:
    person.events.append(LatentEvent("fracture", day, trauma="none", site="mid_back"))


def _severe_pain_after_a_fracture_elsewhere(person: LatentPerson, day: int) -> None:
    person.events.append(LatentEvent("fracture", day, trauma="minor", site="hip"))
    _hurt_badly(person, day)


def _severe_pain_after_a_light_fall_in_old_age(person: LatentPerson, day: int) -> None:
    person.profile["birth_year"] = 1945
    person.events.append(LatentEvent("fall", day, trauma="minor"))
    _hurt_badly(person, day)


def _hurt_badly(person: LatentPerson, day: int) -> None:
    person.days[day].worst = 9
    person.days[day].sites = ("lower_back",)
    for after in person.days[day + 1 : day + 4]:
        after.worst = min(4, after.worst)


def _painful_night(person: LatentPerson, day: int) -> None:
    person.days[day].night = 8


def _moderate_pain_in_the_upper_back(person: LatentPerson, day: int) -> None:
    person.days[day].worst = 6
    person.days[day].sites = ("upper_back",)


def _fever_without_back_pain(person: LatentPerson, day: int) -> None:
    person.days[day].symptoms |= {"fever"}
    person.days[day].sites = ("hip",)


def _blood_in_urine_without_flank_pain(person: LatentPerson, day: int) -> None:
    person.days[day].symptoms |= {"blood_in_urine"}
    person.days[day].sites = ("lower_back",)


def _sudden_breathlessness_without_pain_on_breathing(person: LatentPerson, day: int) -> None:
    person.days[day].symptoms |= {"sudden_breathlessness"}
    person.days[day].breath = False


def _fracture_after_a_great_force(person: LatentPerson, day: int) -> None:
    person.events.append(LatentEvent("fracture", day, trauma="major", site="lower_back"))


def _severe_pain_in_the_lower_back(person: LatentPerson, day: int) -> None:
    _hurt_badly(person, day)


def _moderate_pain_in_the_lower_back(person: LatentPerson, day: int) -> None:
    person.days[day].worst = 4
    person.days[day].sites = ("lower_back",)


SIGNS: list[tuple[str, Planting]] = [
    *((rule, _alone(sign)) for sign, rule in ALONE.items()),
    ("breathing_emergency", _sudden_breathlessness_and_pain_on_breathing),
    ("infection_signs", _fever_and_back_pain),
    ("infection_signs", _blood_in_urine_and_flank_pain),
    ("fragility_fracture", _spinal_fracture_after_nothing),
    ("fragility_fracture", _severe_pain_after_a_fracture_elsewhere),
    ("fragility_fracture", _severe_pain_after_a_light_fall_in_old_age),
]
NEAR_MISSES: list[Planting] = [
    _fever_without_back_pain,
    _blood_in_urine_without_flank_pain,
    _sudden_breathlessness_without_pain_on_breathing,
    _fracture_after_a_great_force,
    _severe_pain_in_the_lower_back,
]
AFTER_CANCER_SIGNS: list[tuple[str, Planting]] = [
    ("cancer_history_spinal_pain", _painful_night),
    ("cancer_history_spinal_pain", _moderate_pain_in_the_upper_back),
    ("cauda_equina", _alone("saddle_numbness")),
]
AFTER_CANCER_MISSES: list[Planting] = [
    _fever_without_back_pain,
    _sudden_breathlessness_without_pain_on_breathing,
    _moderate_pain_in_the_lower_back,
]
