"""What each rule found, in words: to the person who wrote the diary, and to someone who cares for them.

`%(date)s` is the last day it rests on, `%(name)s` whose diary it is. The words name what was noted and stop there: what
it may be is for a doctor to say. A reader with the level `alerts` learns which pattern it is, and no answer or number.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Pattern(NamedTuple):
    """One rule's words: a title, and one sentence for each kind of reader."""

    title: Promise
    you: Promise
    they: Promise


PATTERNS: Final[Mapping[str, Pattern]] = {
    "cauda_equina": Pattern(
        _("New numbness, weakness, or bladder or bowel change"),
        _("On %(date)s you noted numbness, weak legs, or a bladder or bowel change."),
        _("On %(date)s %(name)s noted numbness, weak legs, or a bladder or bowel change."),
    ),
    "breathing_emergency": Pattern(
        _("Sudden breathing or chest problems"),
        _("On %(date)s you noted sudden breathing or chest problems, coughing up a lot of blood, or a collapse."),
        _("On %(date)s %(name)s noted sudden breathing or chest problems, coughing up a lot of blood, or a collapse."),
    ),
    "cancer_history_spinal_pain": Pattern(
        _("Back pain after an earlier cancer"),
        _(
            "On %(date)s you noted back pain of a kind that should be checked quickly when someone has had cancer "
            "before."
        ),
        _("On %(date)s %(name)s noted back pain of a kind that should be checked quickly after an earlier cancer."),
    ),
    "new_neurology": Pattern(
        _("New weakness, unsteady walking or band-like pain"),
        _("On %(date)s you noted weakness in a leg, unsteady walking or a band-like pain that wasn't there before."),
        _("On %(date)s %(name)s noted weakness in a leg, unsteady walking or a band-like pain that is new."),
    ),
    "infection_signs": Pattern(
        _("Back pain with fever or blood in the urine"),
        _("On %(date)s you noted pain in the back or side together with fever or blood in the urine."),
        _("On %(date)s %(name)s noted pain in the back or side together with fever or blood in the urine."),
    ),
    "fragility_fracture": Pattern(
        _("Possible broken bone after little or no injury"),
        _("On %(date)s you noted something that can mean a broken bone in the back after little or no injury."),
        _("On %(date)s %(name)s noted something that can mean a broken bone in the back after little or no injury."),
    ),
    "coughing_blood": Pattern(
        _("Blood when coughing"),
        _("On %(date)s you noted blood when coughing."),
        _("On %(date)s %(name)s noted blood when coughing."),
    ),
    "night_rest_not_responding": Pattern(
        _("Pain at night or at rest that treatment has not helped"),
        _(
            "For several weeks, up to %(date)s, you've had pain at night or at rest "
            "that your treatment hasn't relieved."
        ),
        _(
            "For several weeks, up to %(date)s, %(name)s has had pain at night or at rest "
            "that treatment hasn't relieved."
        ),
    ),
    "night_rest_persistent": Pattern(
        _("Pain at night or at rest for six weeks"),
        _("For at least six weeks up to %(date)s you noted pain at night or at rest."),
        _("For at least six weeks up to %(date)s %(name)s noted pain at night or at rest."),
    ),
    "worsening_pain": Pattern(
        _("Pain that keeps getting worse"),
        _("Over the two months up to %(date)s, the pain you noted has increased to a level not seen before."),
        _("Over the two months up to %(date)s, the pain %(name)s noted has increased to a level not seen before."),
    ),
    "lung_symptoms": Pattern(
        _("Cough, breathlessness or tiredness that doesn't go away"),
        _("For at least six weeks up to %(date)s you noted a cough, breathlessness or other signs that don't go away."),
        _(
            "For at least six weeks up to %(date)s %(name)s noted a cough, breathlessness or other signs "
            "that don't go away."
        ),
    ),
    "weight_loss": Pattern(
        _("Weight loss without trying"),
        _("By %(date)s you had lost more weight than normal ups and downs explain, without trying to."),
        _("By %(date)s %(name)s had lost more weight than normal ups and downs explain, without trying to."),
    ),
    "flank_or_breath_pain": Pattern(
        _("Pain in the side, or on a deep breath"),
        _("On many days up to %(date)s you noted pain in your side or pain on a deep breath."),
        _("On many days up to %(date)s %(name)s noted pain in the side or pain on a deep breath."),
    ),
    "worse_lying_down": Pattern(
        _("Pain that gets worse lying down"),
        _("On many days up to %(date)s you noted pain that gets worse the longer you lie down."),
        _("On many days up to %(date)s %(name)s noted pain that gets worse lying down."),
    ),
    "minor_trauma_older": Pattern(
        _("Back pain that doesn't go away after a small injury"),
        _("You noted back pain after a small injury or fall, and on %(date)s it was still there."),
        _("%(name)s noted back pain after a small injury or fall, and on %(date)s it was still there."),
    ),
    "check_up_due": Pattern(
        _("Time for a check-up"),
        _(
            "It's been more than a year since a doctor looked at this pain, and it's still there: "
            "you noted it up to %(date)s."
        ),
        _(
            "It's been more than a year since a doctor looked at %(name)s's pain, and it's still there: "
            "it was noted up to %(date)s."
        ),
    ),
    "building_pattern": Pattern(
        _("A pattern that may be building"),
        _("On most of the days you answered in the two weeks up to %(date)s, you noted pain at night or at rest."),
        _("On most of the answered days in the two weeks up to %(date)s, %(name)s noted pain at night or at rest."),
    ),
}
