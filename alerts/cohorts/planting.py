"""Danger signs and near-misses of known days: each sign must be found on its day, each near-miss must not."""

from __future__ import annotations

from random import Random

from alerts.cohorts.companions import add
from alerts.cohorts.latent import LatentEvent, LatentPerson

SIGNS = {
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
"""Each alone is enough, with the rule that must find it."""
BETWEEN = 30
"""Days between what is planted, so that each is an episode of its own."""


def plant(random: Random, person: LatentPerson) -> None:
    """Three danger signs and three near-misses, each in its own month of a diary that has no other danger sign."""
    person.profile["cancer_history"] = False
    person.events = [event for event in person.events if event.kind == "doctor_visit"]
    months = [20 + BETWEEN * month for month in random.sample(range(11), k=6)]
    for day, sign in zip(months[:3], random.sample(list(SIGNS), k=3), strict=True):
        add(person, sign, [day])
        person.triggers[day] = SIGNS[sign]
    for day, miss in zip(months[3:], random.sample(NEAR_MISSES, k=3), strict=True):
        miss(person, day)


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
    person.days[day].worst = 9
    person.days[day].sites = ("lower_back",)


NEAR_MISSES = [
    _fever_without_back_pain,
    _blood_in_urine_without_flank_pain,
    _sudden_breathlessness_without_pain_on_breathing,
    _fracture_after_a_great_force,
    _severe_pain_in_the_lower_back,
]
