"""What each check of the rules counts, named as a doctor would."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.messages.amounts import points, share, whole

NIGHT_REST: Final = _("Pain at night or at rest (4 or more of 10, or woken by it)")

COUNTS: Final[Mapping[str, Promise]] = {
    "night_rest": NIGHT_REST,
    "night_rest_six_weeks": NIGHT_REST,
    "worse_lying_down": _("Pain that gets worse lying down"),
    "back_pain": _("Back pain"),
    "flank_pain": _("Flank pain"),
    "worse_on_deep_breath": _("Pain worse on a deep breath"),
    "cough": _("Cough"),
    "breathlessness": _("Breathlessness"),
    "fatigue": _("Fatigue"),
    "appetite_loss": _("Loss of appetite"),
    "chest_pain": _("Chest pain"),
}
"""Positive days among the answered ones."""

OF_THE_SIGN: Final = frozenset({"alone", "last_week"})
"""Counts of the sign whose check they are part of; they go by its name."""

VALUES: Final[Mapping[str, tuple[Promise, Callable[[float], str]]]] = {
    "weeks_with_positive": (_("Weeks of the last 3 with 2 answers and pain at night or at rest"), whole),
    "weeks_with_positive_of_six": (_("Weeks of the last 6 with pain at night or at rest"), whole),
    "run_of_positives_days": (_("Days from the first to the last of the run, no gap over 10 days"), whole),
    "trials_not_responded": (_("Adequate treatments without response"), whole),
    "trials_responded": (_("Treatments with a response now"), whole),
    "rise_in_last_28_days": (_("Rise of the 28-day mean of worst pain in the last 28 days, points"), points),
    "rise_in_28_days_before": (_("Rise of the same mean in the 28 days before, points"), points),
    "above_highest_earlier_mean": (
        _("28-day mean above the highest one that ended 56 or more days ago, points"),
        points,
    ),
    "night_rest_share": (_("Share of days with pain at night or at rest, 28 days"), share),
    "age": (_("Age"), whole),
    "days_since_assessment": (_("Days since a doctor assessed this pain"), whole),
    "persistent_companions": (_("Persistent symptoms besides the pain"), whole),
    "lost_since_half_a_year": (_("Weight lost compared with 183 to 365 days ago (medians)"), share),
    "lost_since_three_months": (_("Weight lost compared with 76 to 104 days ago (medians)"), share),
}
"""One number against one threshold, and how it is written."""

FINDS: Final[Mapping[str, Promise]] = {
    "signs": _("Noted that day"),
    "new_signs": _("Newly noted that day, not in the 14 days before"),
    "events": _("Small injury or fall, with back pain still there 7 to 10 days after it began"),
    "companions_for_six_weeks": _("Symptoms besides the pain for six weeks"),
    "of_them_for_six_weeks": _("Symptoms besides the pain for six weeks"),
    "other_than_fatigue": _("Symptoms besides the pain for six weeks"),
    "persistent_companions": _("Persistent symptoms besides the pain"),
    "patterns": _("Still there, by its own conditions"),
}
"""What was found, by name."""

ANSWERS: Final[Mapping[str, Promise]] = {
    "cancer_history": _("Earlier cancer"),
    "steroid_use": _("Steroid use"),
    "former_or_current": _("Smokes or smoked"),
    "asbestos_exposure": _("Asbestos exposure"),
    "not_on_purpose": _("Weight loss not noted as intended"),
    "core_rule_does_not_hold": _("The rule on failed treatment is not met"),
    "no_see_doctor_rule_holds": _("No rule that advises a visit is met"),
    "no_see_doctor_finding": _("No visit advised in the 180 days before"),
    "new_entry": _("Something was noted on the day"),
}
"""What is so, or is not."""

COMPARED: Final[Mapping[str, Promise]] = {**COUNTS, "worst_pain": _("Worst pain, mean")}
"""What is compared with what it was at a visit."""
