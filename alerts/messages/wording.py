"""An alert in words, for one reader, in the language that is active."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from alerts.messages.advice import ADVICE
from alerts.messages.emergency_numbers import emergency_number
from alerts.messages.patterns import PATTERNS
from alerts.rules.tiers import Tier


@dataclass(frozen=True, slots=True)
class Wording:
    """`title` names the pattern, `noted` says what it rests on, `advice` the one thing to do.

    `call` is the emergency number, None unless it is an emergency.
    """

    title: str
    noted: str
    advice: str
    call: str | None


def alert_wording(*, rule: str, tier: Tier, last_day: date, region: str | None, whose: str | None = None) -> Wording:
    """The words for the patient, or with `whose` (the patient's name) for somebody who cares for them."""
    pattern, advice = PATTERNS[rule], ADVICE[tier]
    number = emergency_number(region)
    facts = {"date": date_format(last_day, "j F Y"), "name": whose, "call": number}
    noted = pattern.they if whose else pattern.you
    action = advice.they if whose else advice.you
    return Wording(
        title=str(pattern.title),
        noted=str(noted) % facts,
        advice=str(action) % facts,
        call=number if tier is Tier.EMERGENCY else None,
    )
