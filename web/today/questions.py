"""What the entry asks, in plain words. Nothing is filled in beforehand, and what is left out stays not answered."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from web.question import NO_ANSWER, NOT_ANSWERED, Choice, Question, yes_or_no
from web.today.body import body

SCORES: Final = range(11)

DANGER: Final[Mapping[str, Promise]] = {
    "saddle_numbness": _("Numb between the legs"),
    "bladder_change": _("Trouble passing urine, or leaking it"),
    "bowel_change": _("Lost control of the bowels"),
    "leg_weak": _("A weak leg"),
    "both_legs_weak": _("Both legs weak"),
    "unable_to_walk": _("Unable to walk"),
    "coughing_blood": _("Coughed up blood"),
    "coughing_much_blood": _("Coughed up a lot of blood"),
    "sudden_breathlessness": _("Suddenly short of breath"),
    "breathless_at_rest": _("Short of breath at rest"),
    "sudden_chest_pain": _("Sudden chest pain"),
    "collapse": _("Fainted or collapsed"),
}
"""Symptoms that can mean an emergency."""
BESIDE_THE_PAIN: Final[Mapping[str, Promise]] = {
    "cough": _("Cough"),
    "breathlessness": _("Short of breath on effort"),
    "chest_pain": _("Chest pain"),
    "fatigue": _("Very tired"),
    "appetite_loss": _("Little appetite"),
    "fever": _("Fever"),
    "blood_in_urine": _("Blood in the urine"),
    "unsteady_walking": _("Unsteady when walking"),
    "band_like_pain": _("Pain like a tight band around the body"),
    "height_loss": _("Lost height"),
    "spine_deformity": _("A new curve in the back"),
}
SYMPTOMS: Final[Mapping[str, Promise]] = {**DANGER, **BESIDE_THE_PAIN}
SITES: Final[Mapping[str, Promise]] = {
    "neck": _("Neck"),
    "upper_back": _("Upper back"),
    "mid_back": _("Middle of the back"),
    "lower_back": _("Lower back"),
    "left_flank": _("Left side"),
    "right_flank": _("Right side"),
    "chest": _("Chest"),
    "shoulder": _("Shoulder"),
    "hip": _("Hip"),
    "leg": _("Leg"),
    "other": _("Somewhere else"),
}
PAINS: Final[Mapping[str, Promise]] = {
    "night_pain": _("Pain last night"),
    "worst_pain": _("Worst pain today"),
    "rest_pain": _("Pain at rest"),
    "movement_pain": _("Pain when moving"),
}
YES_OR_NO: Final[Mapping[str, Promise]] = {
    "woke_from_sleep": _("Woken by pain?"),
    "worse_lying_down": _("Worse lying down?"),
    "worse_on_deep_breath": _("Worse on a deep breath?"),
    "worse_on_straining": _("Worse on coughing, sneezing or straining?"),
}


def scored(name: str, given: Mapping[str, Any]) -> Question:
    """A pain, from 0 to 10 or not answered."""
    chosen = given.get(name, NOT_ANSWERED)
    return Question(name, PAINS[name], [*(Choice(str(n), str(n), chosen == str(n)) for n in SCORES), NO_ANSWER])


def ticked(name: str, labels: Mapping[str, Promise], given: Mapping[str, Any]) -> Question:
    """Any number of them."""
    chosen = given.get(name, ())
    return Question(name, "", [Choice(word, label, word in chosen) for word, label in labels.items()])


def taken(treatments: Mapping[UUID, str], given: Mapping[str, Any]) -> Iterator[Question]:
    """Whether each treatment was taken."""
    for id_, name in treatments.items():
        yield yes_or_no(f"taken-{id_}", name, given)


def asked(given: Mapping[str, Any], *, treatments: Mapping[UUID, str]) -> dict[str, Any]:
    """Every question, in the places of the form, with what was answered."""
    return {
        "first": [scored("night_pain", given), scored("worst_pain", given)],
        "woke": yes_or_no("woke_from_sleep", YES_OR_NO["woke_from_sleep"], given),
        "more": [scored("rest_pain", given), scored("movement_pain", given)],
        "worse": [yes_or_no(name, label, given) for name, label in YES_OR_NO.items() if "worse" in name],
        "danger": ticked("danger", DANGER, given),
        "beside": ticked("beside", BESIDE_THE_PAIN, given),
        "sites": ticked("sites", SITES, given),
        "body": body(),
        "taken": list(taken(treatments, given)),
    }
