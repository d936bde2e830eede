"""What a rule still lacks, in words: the answer to "why no alert?".

One sentence for each check that can be unmet. It says what the diary holds and what would be needed, never that all is
well: what is not in the diary says nothing.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.messages.amounts import points
from alerts.rules.checks import Check
from alerts.rules.rule import CHANGED

LEAST_SAID: Final = 0.5
"""Points of the pain scale; a smaller rise is no news."""

NO_ALL_CLEAR: Final = _(
    "This shows what the diary holds so far. It can't rule anything out: if something worries you, see a doctor."
)

TOO_FEW_ANSWERS: Final = _(
    "%(answered)d of the last %(calendar_days)d days have an answer to this; at least %(answers_needed)d are needed."
)

HIGHER_BUT_TOO_LITTLE: Final = _(
    "Since the doctor looked at this on %(since)s, the pain has gone up by %(points)s on the 0–10 scale; at least "
    "%(needed)s is needed."
)
HIGHER_BUT_TOO_LITTLE_OR_TOO_SHORT: Final = _(
    "Since the doctor looked at this on %(since)s, the pain has gone up by %(points)s on the 0–10 scale; at least "
    "%(needed)s is needed, or %(less)s with many more such nights, for two weeks, or a new symptom that lasts."
)

MISSING: Final[Mapping[str, Promise]] = {
    "signs": _("None of the signs is noted for this day."),
    "new_signs": _("None of the signs is new on this day."),
    "cancer_history": _("The profile doesn't mention an earlier cancer."),
    "events": _("No small injury or fall is noted with pain that was still there a week later."),
    "at_risk": _("The profile shows neither an age of 50 or over nor steroid use."),
    "night_rest": _(
        "%(positive)d of %(answered)d answered days had pain at night or at rest; at least half are needed."
    ),
    "weeks_with_positive": _(
        "%(value)d of the last three weeks have two answers and pain at night or at rest; all three are needed."
    ),
    "trials_not_responded": _("No recorded treatment was tried for long enough without helping."),
    "night_rest_six_weeks": _(
        "%(positive)d of %(answered)d answered days in six weeks had pain at night or at rest; three in five are "
        "needed."
    ),
    "weeks_with_positive_of_six": _(
        "%(value)d of the last six weeks had pain at night or at rest; all six are needed."
    ),
    "run_of_positives_days": _("The pain at night or at rest hasn't yet lasted six weeks without a longer break."),
    "trials_responded": _("A treatment seems to be helping."),
    "core_rule_does_not_hold": _("A more important rule already covers these nights."),
    "rise_in_last_28_days": _("The worst pain hasn't increased over the last four weeks, or has too few answers."),
    "rise_in_28_days_before": _(
        "The worst pain didn't increase over the four weeks before that, or has too few answers."
    ),
    "above_highest_earlier_mean": _(
        "The worst pain isn't clearly above every earlier level, or there aren't enough answers yet."
    ),
    "nights_or_age": _(
        "The diary shows neither pain at night or at rest on half of the days nor an age of 50 or over."
    ),
    "companions_for_six_weeks": _(
        "No cough, breathlessness, tiredness or other symptom besides the pain has lasted six weeks."
    ),
    "enough_to_count": _(
        "The symptom noted besides the pain isn't enough on its own: it takes a second symptom or a known risk."
    ),
    "loss": _(
        "The diary shows no clear weight loss: this needs weights from the last four weeks and from three or more "
        "months ago."
    ),
    "not_on_purpose": _("The profile says that the weight loss is intended."),
    "worse_lying_down": _(
        "%(positive)d of %(answered)d answered days had pain that gets worse lying down; at least half are needed."
    ),
    "beside_it": _("The diary shows neither a lasting symptom besides the pain nor a treatment that didn't help."),
    "no_see_doctor_rule_holds": _("A rule that advises seeing a doctor is already met."),
    "days_since_assessment": _("It takes a visit to a doctor about this pain that was more than a year ago."),
    "patterns": _("No pattern that asks for a visit to a doctor is complete on this day."),
    "no_see_doctor_finding": _("A visit to the doctor was advised in the last six months."),
    CHANGED: _("A doctor has looked at this, and the diary shows no clear change since."),
    "new_entry": _("Nothing new is noted: only a new entry can meet this rule."),
}


def missing_wording(check: Check) -> str:
    """What it would take to meet a check that is not met, in the language that is active."""
    facts = check.facts
    if check.name == CHANGED:
        return _too_little_change(facts)
    answered, needed = facts.get("answered"), facts.get("answers_needed")
    few = isinstance(answered, int) and isinstance(needed, int) and answered < needed
    return str(TOO_FEW_ANSWERS if few else MISSING[check.name]) % facts


def _too_little_change(facts: Mapping[str, Any]) -> str:
    """By how much the pain is higher since the visit, where it is and the rule asks for that."""
    pain = facts.get("worst_pain", {})
    then, today = pain.get("reference"), pain.get("value")
    if then is None or today is None or today - then < LEAST_SAID:
        return str(MISSING[CHANGED])
    words = HIGHER_BUT_TOO_LITTLE_OR_TOO_SHORT if "days_needed" in pain else HIGHER_BUT_TOO_LITTLE
    return str(words) % {
        "since": date_format(date.fromisoformat(facts["since"]), "DATE_FORMAT"),
        "points": points(today - then),
        "needed": points(pain["rise_needed"]),
        "less": points(pain.get("rise_needed_with_nights", pain["rise_needed"])),
    }
