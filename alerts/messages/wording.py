"""An alert in words, for one reader, in the language that is active."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise

from alerts.messages.advice import ADVICE, OUT_OF_HOURS
from alerts.messages.emergency_numbers import emergency_number, out_of_hours_line
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
    pattern, number = PATTERNS[rule], emergency_number(region)
    noted = pattern.they if whose else pattern.you
    return Wording(
        title=str(pattern.title),
        noted=str(noted) % {"date": date_format(last_day, "DATE_FORMAT"), "name": whose},
        advice=str(_advice(tier, region, whose)) % {"name": whose, "call": number, "line": out_of_hours_line(region)},
        call=number if tier is Tier.EMERGENCY else None,
    )


def _advice(tier: Tier, region: str | None, whose: str | None) -> Promise:
    if whose:
        return ADVICE[tier].they
    return OUT_OF_HOURS if tier is Tier.URGENT and out_of_hours_line(region) else ADVICE[tier].you
