"""An alert in words, for one reader, in the language that is active."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from alerts.messages.advice import ADVICE, CALL_OR_LOCAL, CALL_WHEREVER_THEY_ARE, FROM_ABROAD, OUT_OF_HOURS
from alerts.messages.countries import Place, country_name
from alerts.messages.emergency_numbers import Call, emergency_call, out_of_hours_line
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


def alert_wording(*, rule: str, tier: Tier, last_day: date, place: Place, whose: str | None = None) -> Wording:
    """The words for the patient, or with `whose` (the patient's name) for somebody who cares for them.

    `place` is where the patient is.
    """
    pattern, call = PATTERNS[rule], emergency_call(place.country) if tier is Tier.EMERGENCY else None
    noted = pattern.they if whose else pattern.you
    return Wording(
        title=str(pattern.title),
        noted=str(noted) % {"date": date_format(last_day, "DATE_FORMAT"), "name": whose},
        advice=_emergency(call, whose) if call else _advice(tier, out_of_hours_line(place.region), whose),
        call=call.number if call else None,
    )


def _advice(tier: Tier, line: str | None, whose: str | None) -> str:
    if whose:
        return str(ADVICE[tier].they) % {"name": whose}
    return str(OUT_OF_HOURS if tier is Tier.URGENT and line else ADVICE[tier].you) % {"line": line}


def _emergency(call: Call, whose: str | None) -> str:
    advice = CALL_OR_LOCAL if call.or_local else ADVICE[Tier.EMERGENCY]
    if not whose:
        return str(advice.you) % {"call": call.number}
    they = advice.they if call.country else CALL_WHEREVER_THEY_ARE
    country = country_name(call.country) if call.country else None
    return f"{they} {FROM_ABROAD}" % {"name": whose, "call": call.number, "country": country}
