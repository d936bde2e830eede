"""What happened, what the person's history is, and what the diary does not say."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.rules.days import night_rest
from diary.format.fields import Event
from papers.calendar import from_to, short_day
from papers.reading import Reading
from papers.report.reasons import in_the_appendix
from papers.report.shapes import Fact, Facts
from papers.words import BACKGROUND, EVENTS, NOT_ANSWERED, OUTCOMES, SITES, SMOKING, TRAUMAS, yes_or_no

MOST: Final = 6
MOST_IN_ALL: Final = 200


def happened(reading: Reading, *, most: int = MOST) -> Facts:
    """Events and visits with what they said, the newest first; and the last visit about this pain before the span."""
    events = [event for event in reading.events if event.date >= reading.first]
    outcomes = {alert.visit_id: str(OUTCOMES[alert.outcome]) for alert in reading.alerts if alert.outcome}
    shown = [Fact(short_day(event.date), _told(event, outcomes.get(event.id, ""))) for event in events[:most]]
    return Facts(
        heading=_("Events and visits"),
        facts=[*shown, *_assessed_before(reading)],
        otherwise=_("None was noted."),
        more=in_the_appendix(len(events) - most),
    )


def history(reading: Reading) -> Facts:
    """What a doctor asks about; what was not answered says so."""
    profile = reading.case.profile
    smoking = str(SMOKING[profile.smoking] if profile.smoking else NOT_ANSWERED)
    facts = [Fact(str(told), yes_or_no(getattr(profile, name))) for name, told in BACKGROUND.items()]
    facts.insert(1, Fact(_("Smoking"), smoking))
    return Facts(heading=_("History, as answered by the person"), facts=facts)


def gaps(reading: Reading) -> Facts:
    """What is missing: nothing is filled in, and no answer is never a no."""
    said = [reading.case.on(day) for day in reading.answered]
    nights = sum(night_rest(one) is not None for one in said)
    worst = sum(one.worst_pain is not None for one in said)
    weights = sum(one.weight_kg is not None for one in said)
    facts = [
        Fact(_("Days without an entry"), _missing_days(reading)),
        Fact(_("Days with an answer on night or rest pain"), _of(nights, said)),
        Fact(_("Days with a score for worst pain"), _of(worst, said)),
        Fact(_("Days with a weight"), _of(weights, said)),
    ]
    return Facts(heading=_("What is missing"), facts=facts)


def _of(number: int, said: Sequence[object]) -> str:
    return _("%(number)d of %(days)d") % {"number": number, "days": len(said)}


def _missing_days(reading: Reading) -> str:
    days = len(reading.numbers)
    told = _of(days - len(reading.answered), reading.numbers)
    edges = [reading.numbers.start - 1, *reading.answered, reading.numbers.stop]
    length, after = max((later - earlier - 1, earlier) for earlier, later in pairwise(edges))
    if length < 2:
        return told
    gap = from_to(date.fromordinal(after + 1), date.fromordinal(after + length))
    longest = ngettext("longest gap %(days)d day: %(gap)s", "longest gap %(days)d days: %(gap)s", length)
    return f"{told}; {longest % {'days': length, 'gap': gap}}"


def _told(event: Event, outcome: str) -> str:
    parts = [str(EVENTS[event.kind])]
    if event.trauma:
        parts.append(str(TRAUMAS[event.trauma]))
    if event.site:
        parts.append(str(SITES[event.site]))
    if event.about_this_pain is False:
        parts.append(_("not about this pain"))
    if event.assessed_pain is not None:
        parts.append(_("pain at the visit %(score)d of 10") % {"score": event.assessed_pain})
    return ", ".join([*parts, outcome] if outcome else parts)


def _assessed_before(reading: Reading) -> Iterator[Fact]:
    before = [day for day in reading.case.assessments if day < reading.numbers.start]
    if before:
        yield Fact(_("Last visit about this pain before"), short_day(date.fromordinal(before[-1])))
