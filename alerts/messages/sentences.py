"""The sentences that `evidence` puts together: each once to the patient and once about them."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Told(NamedTuple):
    """One sentence to the patient, and the same about them."""

    you: Promise
    they: Promise


NOTED: Final = Told(
    _("On %(date)s you noted: %(signs)s."),
    _("On %(date)s %(name)s noted: %(signs)s."),
)
COUNTED: Final = Told(
    _(
        "On %(positive)d of %(answered)d answered days in the %(calendar_days)d days up to %(date)s "
        "you noted: %(signs)s."
    ),
    _(
        "On %(positive)d of %(answered)d answered days in the %(calendar_days)d days up to %(date)s "
        "%(name)s noted: %(signs)s."
    ),
)
NOTED_IT: Final = Told(
    _("You noted it on %(positive)d of %(answered)d answered days."),
    _("%(name)s noted it on %(positive)d of %(answered)d answered days."),
)
LASTED: Final = Told(
    _("For at least six weeks up to %(date)s you noted: %(signs)s."),
    _("For at least six weeks up to %(date)s %(name)s noted: %(signs)s."),
)
GREW: Final = Told(
    _("Over the two months up to %(date)s, the pain you noted increased to %(points)s points above any earlier level."),
    _(
        "Over the two months up to %(date)s, the pain %(name)s noted increased to %(points)s points above any "
        "earlier level."
    ),
)
LOST_IN_THREE_MONTHS: Final = Told(
    _("In about three months up to %(date)s you lost about %(share)s of your weight."),
    _("In about three months up to %(date)s %(name)s lost about %(share)s of their weight."),
)
LOST_IN_HALF_A_YEAR: Final = Told(
    _("In half a year or more up to %(date)s you lost about %(share)s of your weight."),
    _("In half a year or more up to %(date)s %(name)s lost about %(share)s of their weight."),
)
STAYED: Final = Told(
    _("After the small injury or fall of %(event)s you noted new back pain, and on %(date)s it was still there."),
    _("After the small injury or fall of %(event)s %(name)s noted new back pain, and on %(date)s it was still there."),
)
HIGHER: Final = Told(
    _("Since the doctor looked at this on %(since)s your pain is %(points)s points higher."),
    _("Since the doctor looked at this on %(since)s the pain is %(points)s points higher."),
)
HIGHER_FOR_TWO_WEEKS: Final = Told(
    _(
        "Since the doctor looked at this on %(since)s your pain is %(points)s points higher, "
        "and has been for two weeks."
    ),
    _("Since the doctor looked at this on %(since)s the pain is %(points)s points higher, and has been for two weeks."),
)

STILL_THERE: Final = Told(
    _(
        "It's been more than a year since a doctor looked at this pain (%(since)s), and it's still there. "
        "Up to %(date)s you noted: %(patterns)s."
    ),
    _(
        "It's been more than a year since a doctor looked at %(name)s's pain (%(since)s), and it's still there. "
        "Up to %(date)s %(name)s noted: %(patterns)s."
    ),
)
PATTERNS: Final[Mapping[str, Promise]] = {
    "night_rest_not_responding": _("pain at night or at rest that treatment hasn't relieved"),
    "night_rest_persistent": _("pain at night or at rest"),
    "worsening_pain": _("pain that keeps getting worse"),
    "lung_symptoms": _("a cough, breathlessness or other lasting signs"),
    "weight_loss": _("weight loss"),
    "flank_or_breath_pain": _("pain in the side, or on a deep breath"),
    "worse_lying_down": _("pain that gets worse lying down"),
}
"""What each see-a-doctor rule looks for, within a sentence."""

NOT_HELPED: Final = _("Tried without enough relief: %(treatments)s.")
BESIDE_IT: Final = _("Also noted: %(signs)s.")
MORE_OFTEN: Final = _("Since the doctor looked at this on %(since)s it has become more frequent.")
NEW_SINCE: Final = _("New since the doctor looked at this on %(since)s, for six weeks now: %(signs)s.")
NEW: Final = _("This is new since the doctor looked at it on %(since)s.")

WHY: Final[Mapping[str, Promise]] = {
    "cauda_equina": _("With back pain, this can't wait."),
    "cancer_history_spinal_pain": _("After an earlier cancer, this should be checked quickly."),
    "new_neurology": _("It wasn't there before."),
    "fragility_fracture": _("This can mean a broken bone in the back."),
}
"""What makes a sign on one day weigh so much, where its name does not say it."""

KINDS: Final[Mapping[str, Promise]] = {
    "medication": _("a medicine"),
    "physiotherapy": _("physiotherapy"),
    "home_exercise": _("exercises at home"),
}
