"""An alert in words, for one reader, in the language that is active."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from alerts.messages import advice as say
from alerts.messages.advice import Advice
from alerts.messages.countries import Place, country_name
from alerts.messages.emergency_numbers import Call, emergency_call, out_of_hours_line
from alerts.messages.patterns import PATTERNS
from alerts.rules.registry import RULES
from alerts.rules.tiers import Tier


@dataclass(frozen=True, slots=True)
class Wording:
    """`title` names the pattern, `noted` says what it rests on, `advice` the one thing to do.

    `if_real` is what to do should the sign be there although the alert was withdrawn, `if_not_seen` what goes with the
    question. `call` is the emergency number, None unless the advice names it.
    """

    title: str
    noted: str
    advice: str
    if_real: str
    if_not_seen: str
    call: str | None


def alert_wording(*, rule: str, tier: Tier, last_day: date, place: Place, whose: str | None = None) -> Wording:
    """The words for the patient, or with `whose` (the patient's name) for someone who cares for them.

    `place` is where the patient is.
    """
    pattern, rule_tier = PATTERNS[rule], RULES[rule].tier
    late = is_late(rule, tier)
    said = _Said(place, whose)
    return Wording(
        title=str(pattern.title),
        noted=str(pattern.they if whose else pattern.you)
        % {"date": date_format(last_day, "DATE_FORMAT"), "name": whose},
        advice=said.by_tier(say.LATE, rule_tier) if late else said.advice(tier),
        if_real=said.by_tier(say.IF_REAL, rule_tier),
        if_not_seen=said.by_tier(say.IF_NOT_SEEN, tier),
        call=said.call.number if tier is Tier.EMERGENCY or (late and rule_tier is Tier.EMERGENCY) else None,
    )


def is_late(rule: str, tier: Tier) -> bool:
    """Whether a danger sign is sent weeks after its day, like see-a-doctor."""
    return RULES[rule].tier.is_pressing and not tier.is_pressing


class _Said:
    """What to do, as one reader reads it."""

    def __init__(self, place: Place, whose: str | None) -> None:
        self.call = emergency_call(place.country)
        self._line = out_of_hours_line(place.region)
        self._whose = whose

    def advice(self, tier: Tier) -> str:
        """The action of a tier."""
        if tier is Tier.URGENT and self._line and not self._whose:
            return str(say.OUT_OF_HOURS) % {"line": self._line}
        return self.by_tier(say.ADVICE, tier)

    def by_tier(self, texts: Mapping[Tier, Advice], tier: Tier) -> str:
        """One of these texts; empty for a tier that has none."""
        if tier not in texts:
            return ""
        text = str(texts[tier].they if self._whose else texts[tier].you)
        abroad = str(say.FROM_ABROAD) % {"name": self._whose}
        return text % {"name": self._whose, "call": number_words(self.call, self._whose), "abroad": abroad}


def number_words(call: Call, whose: str | None) -> str:
    """The emergency number as the advice names it, to the patient or to someone who cares for them."""
    if not whose:
        return str(say.NUMBER_OR_YOURS) % {"number": call.number} if call.or_local else call.number
    if not call.country:
        return str(say.NUMBER_OR_THEIRS) % {"number": call.number}
    text = say.NUMBER_OR_LOCAL if call.or_local else say.NUMBER_OF
    return str(text) % {"number": call.number, "country": country_name(call.country)}
