"""What can be noted, in a few plain words each; they stand after a colon, in lists."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SIGNS: Final[Mapping[str, Promise]] = {
    "saddle_numbness": _("numbness between the legs"),
    "bladder_change": _("a change in passing urine"),
    "bowel_change": _("a change in bowel control"),
    "both_legs_weak": _("weakness in both legs"),
    "unable_to_walk": _("being unable to walk"),
    "coughing_much_blood": _("coughing up a lot of blood"),
    "breathless_at_rest": _("breathlessness at rest"),
    "collapse": _("a collapse"),
    "sudden_chest_pain": _("sudden chest pain"),
    "sudden_breathlessness": _("sudden breathlessness, with pain on a deep breath"),
    "neck_upper_or_mid_back_pain": _("pain in the neck, upper or middle back"),
    "night_rest_pain": _("pain at night or at rest"),
    "worse_on_straining": _("pain that gets worse when coughing, sneezing or straining"),
    "severe_lower_back_pain": _("severe pain in the lower back"),
    "leg_weak": _("weakness in a leg"),
    "unsteady_walking": _("unsteady walking"),
    "band_like_pain": _("pain like a tight band around the body"),
    "fever_with_back_or_flank_pain": _("fever together with pain in the back or side"),
    "flank_pain_with_blood_in_urine": _("pain in the side together with blood in the urine"),
    "spinal_fracture": _("a broken bone in the back"),
    "severe_pain_after_fracture": _("severe pain after a broken bone"),
    "severe_pain_after_minor_trauma": _("severe pain after a small injury or fall"),
    "height_loss": _("lost height"),
    "spine_deformity": _("a new curve in the back"),
    "coughing_blood": _("blood when coughing"),
    "cough": _("a cough"),
    "breathlessness": _("breathlessness"),
    "fatigue": _("tiredness"),
    "appetite_loss": _("loss of appetite"),
    "chest_pain": _("chest pain"),
    "weight_loss": _("weight loss"),
    "night_rest": _("pain at night or at rest"),
    "worst_pain": _("more pain"),
    "flank_pain": _("pain in the side"),
    "worse_on_deep_breath": _("pain on a deep breath"),
    "worse_lying_down": _("pain that gets worse lying down"),
}
"""By the names that the checks of the rules find."""


def listed(names: Iterable[str]) -> str:
    """These signs in words, one after the other, in the language that is active."""
    return ", ".join(str(SIGNS[name]) for name in names)
