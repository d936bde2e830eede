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
    "This shows what the diary holds so far. It can't tell that nothing is wrong: see a doctor about what worries you."
)

TOO_FEW_ANSWERS: Final = _(
    "%(answered)d of the last %(calendar_days)d days have an answer to this; it takes at least %(answers_needed)d."
)

HIGHER_BUT_TOO_LITTLE: Final = _(
    "Since the doctor looked at this on %(since)s the pain has risen by %(points)s out of 10; "
    "it takes at least %(needed)s."
)
HIGHER_BUT_TOO_LITTLE_OR_TOO_SHORT: Final = _(
    "Since the doctor looked at this on %(since)s the pain has risen by %(points)s out of 10; "
    "it takes at least %(needed)s, or %(less)s with many more such nights, for two weeks, or a new symptom that lasts."
)

MISSING: Final[Mapping[str, Promise]] = {
    "signs": _("None of its signs is noted for this day."),
    "new_signs": _("None of its signs is newly noted for this day."),
    "cancer_history": _("The profile does not say that there was a cancer before."),
    "events": _("No small injury or fall is noted that the pain stayed after for a week."),
    "at_risk": _("The profile names neither an age of 50 or more nor steroids."),
    "night_rest": _("%(positive)d of %(answered)d answered days had pain at night or at rest; it takes at least half."),
    "weeks_with_positive": _(
        "%(value)d of the last three weeks have two answers and pain at night or at rest; it takes all three."
    ),
    "trials_not_responded": _("No treatment is known to have been tried for long enough without helping."),
    "night_rest_six_weeks": _(
        "%(positive)d of %(answered)d answered days in six weeks had pain at night or at rest; it takes three in five."
    ),
    "weeks_with_positive_of_six": _("%(value)d of the last six weeks had pain at night or at rest; it takes all six."),
    "run_of_positives_days": _("The pain at night or at rest has not yet lasted six weeks without a longer break."),
    "trials_responded": _("A treatment seems to be helping."),
    "core_rule_does_not_hold": _("A rule that weighs more already counts these nights."),
    "rise_in_last_28_days": _("The worst pain has not grown over the last four weeks, or has too few answers."),
    "rise_in_28_days_before": _("The worst pain did not grow over the four weeks before, or has too few answers."),
    "above_highest_earlier_mean": _("The worst pain is not clearly above every earlier level, or is not known so far."),
    "nights_or_age": _("Neither pain at night or at rest on half of the days nor an age of 50 or more is known."),
    "companions_for_six_weeks": _("No cough, breathlessness, tiredness or other companion is noted for six weeks."),
    "enough_to_count": _(
        "What is noted beside the pain does not count alone: a second symptom or a known risk is missing."
    ),
    "loss": _("No clear loss is known: it takes weights of the last four weeks and of three or more months ago."),
    "not_on_purpose": _("The profile says that the weight is being lost on purpose."),
    "worse_lying_down": _(
        "%(positive)d of %(answered)d answered days had pain that gets worse lying down; it takes at least half."
    ),
    "beside_it": _("Neither a lasting symptom beside the pain nor a treatment that did not help is known."),
    "no_see_doctor_rule_holds": _("A rule that advises a visit to the doctor already holds."),
    "days_since_assessment": _("It takes a visit to a doctor about this pain that was more than a year ago."),
    "patterns": _("No pattern that asks for a visit to a doctor is complete on this day."),
    "no_see_doctor_finding": _("A visit to the doctor was advised in the last six months."),
    CHANGED: _("A doctor has looked at this, and the diary shows no clear change since."),
    "new_entry": _("Nothing new is noted: it takes an entry to meet this."),
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
