"""What the fields of a diary are called on paper, as a doctor would."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SYMPTOMS: Final[Mapping[str, Promise]] = {
    "cough": _("Cough"),
    "coughing_blood": _("Blood when coughing"),
    "coughing_much_blood": _("Coughing up a lot of blood"),
    "breathlessness": _("Breathlessness"),
    "sudden_breathlessness": _("Sudden breathlessness"),
    "breathless_at_rest": _("Breathlessness at rest"),
    "chest_pain": _("Chest pain"),
    "sudden_chest_pain": _("Sudden chest pain"),
    "collapse": _("Collapse"),
    "fatigue": _("Fatigue"),
    "appetite_loss": _("Loss of appetite"),
    "fever": _("Fever"),
    "blood_in_urine": _("Blood in the urine"),
    "saddle_numbness": _("Numbness between the legs"),
    "bladder_change": _("Change in passing urine"),
    "bowel_change": _("Change in bowel control"),
    "leg_weak": _("Weakness in a leg"),
    "both_legs_weak": _("Weakness in both legs"),
    "unsteady_walking": _("Unsteady walking"),
    "unable_to_walk": _("Unable to walk"),
    "band_like_pain": _("Band-like pain around the body"),
    "height_loss": _("Loss of height"),
    "spine_deformity": _("New curve in the back"),
}
SCORES: Final[Mapping[str, Promise]] = {
    "worst_pain": _("Worst pain of the day"),
    "night_pain": _("Pain last night"),
    "rest_pain": _("Pain at rest"),
    "movement_pain": _("Pain while moving"),
}
"""Numbers from 0 to 10."""
KINDS_OF_PAIN: Final[Mapping[str, Promise]] = {
    "worse_lying_down": _("Pain worse lying down"),
    "worse_on_deep_breath": _("Pain worse on a deep breath"),
    "worse_on_straining": _("Pain worse on coughing or straining"),
}
SITES: Final[Mapping[str, Promise]] = {
    "neck": _("neck"),
    "upper_back": _("upper back"),
    "mid_back": _("middle of the back"),
    "lower_back": _("lower back"),
    "left_flank": _("left flank"),
    "right_flank": _("right flank"),
    "chest": _("chest"),
    "shoulder": _("shoulder"),
    "hip": _("hip"),
    "leg": _("leg"),
    "other": _("other place"),
}
QUALITIES: Final[Mapping[str, Promise]] = {
    "ache": _("aching"),
    "sharp": _("sharp"),
    "burning": _("burning"),
    "electric": _("like an electric shock"),
    "pressure": _("pressing"),
}
EVENTS: Final[Mapping[str, Promise]] = {
    "injury": _("Injury"),
    "fall": _("Fall"),
    "fracture": _("Fracture"),
    "doctor_visit": _("Visit to a doctor"),
    "imaging": _("Imaging"),
}
TRAUMAS: Final[Mapping[str, Promise]] = {
    "none": _("no trauma"),
    "minor": _("minor trauma"),
    "major": _("major trauma"),
}
TREATMENTS: Final[Mapping[str, Promise]] = {
    "medication": _("Medication"),
    "physiotherapy": _("Physiotherapy"),
    "home_exercise": _("Home exercise"),
    "heat": _("Heat"),
    "injection": _("Injection"),
    "other": _("Other treatment"),
}
SMOKING: Final[Mapping[str, Promise]] = {"never": _("never"), "former": _("former"), "current": _("current")}
BACKGROUND: Final[Mapping[str, Promise]] = {
    "cancer_history": _("Cancer"),
    "asbestos_exposure": _("Asbestos exposure"),
    "steroid_use": _("Steroid use"),
    "osteoporosis": _("Osteoporosis"),
    "long_term_lung_condition": _("Long-term lung condition"),
    "losing_weight_on_purpose": _("Losing weight on purpose"),
}
ACCESS: Final[Mapping[str, Promise]] = {
    "alerts": _("gets the alerts, and doesn't see the diary"),
    "read": _("gets the alerts, and reads everything in the diary"),
    "log": _("gets the alerts, reads everything and writes too"),
}
STATES: Final[Mapping[str, Promise]] = {
    "open": _("open"),
    "acknowledged": _("acknowledged"),
    "closed": _("closed"),
}
TIERS: Final[Mapping[str, Promise]] = {
    "emergency": _("emergency"),
    "urgent": _("same day"),
    "see_doctor": _("visit within two weeks"),
    "check_up": _("check-up within two months"),
}
"""How soon the person was advised to be seen."""
OUTCOMES: Final[Mapping[str, Promise]] = {
    "not_serious": _("doctor's answer as noted by the person: not serious"),
    "being_investigated": _("doctor's answer as noted by the person: being investigated"),
    "serious": _("doctor's answer as noted by the person: serious"),
    "did_not_go": _("the person did not go"),
    "seen": _("seen by a doctor"),
}
NOT_ANSWERED: Final = _("not answered")
SMOKED: Final = _("Smoking")
TRAUMA: Final = _("How much force there was")
ASSESSED_PAIN: Final = _("Pain at the visit")
ABOUT_THIS_PAIN: Final = _("Whether the visit was about this pain")
TRIAL_FAILED: Final = _("The treatment has not helped")
PAIN: Final = _("Pain")
WOKEN: Final = _("Woken by the pain")
YES: Final = _("yes")
NO: Final = _("no")


def yes_or_no(answer: bool | None) -> str:
    """Three values; no answer is said as such."""
    return str({None: NOT_ANSWERED, True: YES, False: NO}[answer])
