"""What goes with the pain: where it is, symptoms beside it, weight."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from alerts.messages.amounts import points, share
from alerts.rules.case import Case
from alerts.rules.history import Answers
from alerts.rules.weights import LONG_AGO, NOW_DAYS, SHORT_AGO, weight_before, weight_now
from papers.calendar import short_day
from papers.reading import Reading
from papers.report.shapes import Fact, Facts
from papers.words import KINDS_OF_PAIN, SITES, SYMPTOMS

MOST: Final = 8
"""Symptoms on the page; a year holds few that are ever a yes."""
MOST_SITES: Final = 4


def findings(reading: Reading) -> Facts:
    """Each symptom that was ever a yes, the most frequent first; then what was asked and never was."""
    said = [reading.case.on(day) for day in reading.answered]
    asked = {name: _answers(said, name) for name in (*SYMPTOMS, *KINDS_OF_PAIN)}
    present = sorted((name for name in asked if any(asked[name])), key=lambda name: (-sum(asked[name]), name))
    facts = [Fact(_named(name), _often(asked[name])) for name in present]
    left = ", ".join(fact.label for fact in facts[MOST:])
    return Facts(
        heading=_("Pain and symptoms"),
        facts=[*_sites(said), *_weight(reading), *facts[:MOST], *_never(asked)],
        more=_("Also: %(symptoms)s.") % {"symptoms": left} if left else "",
    )


def _answers(said: Sequence[Answers], name: str) -> list[bool]:
    given = (one.symptoms.get(name) if name in SYMPTOMS else getattr(one, name) for one in said)
    return [answer for answer in given if answer is not None]


def _named(name: str) -> str:
    return str(SYMPTOMS.get(name) or KINDS_OF_PAIN[name])


def _often(answers: Sequence[bool]) -> str:
    return _("yes on %(yes)d of %(answered)d answered days") % {"yes": sum(answers), "answered": len(answers)}


def _never(asked: dict[str, list[bool]]) -> Iterator[Fact]:
    """That a question was answered with no is worth as much as a yes."""
    if never := [_named(name) for name, answers in asked.items() if answers and not any(answers)]:
        yield Fact(_("Answered, and never yes"), ", ".join(never))


def _sites(said: Sequence[Answers]) -> Iterator[Fact]:
    given = [one.sites for one in said if one.sites is not None]
    counted = Counter(site for sites in given for site in sites).most_common(MOST_SITES)
    if counted:
        places = ", ".join(f"{SITES[site]} {days}/{len(given)}" for site, days in counted)
        yield Fact(_("Where it hurts (days of those answered)"), places)


def _weight(reading: Reading) -> Iterator[Fact]:
    """Medians as the rules compare them; else the first and the last."""
    case, last = reading.case, reading.numbers.stop - 1
    now = weight_now(case, last)
    if now is None:
        value = _first_and_last(reading)
    else:
        since = [part for part in (_then(case, last, now, SHORT_AGO), _then(case, last, now, LONG_AGO)) if part]
        told = _("%(kg)s kg now (median of %(days)d days)") % {"kg": points(now), "days": NOW_DAYS}
        value = "; ".join([told, *since])
    yield Fact(_("Weight"), value)


def _then(case: Case, last: int, now: float, ago: tuple[int, int]) -> str:
    then = weight_before(case, last, ago)
    if then is None:
        return ""
    return _("%(kg)s kg %(from)d to %(to)d days before (%(change)s)") % {
        "kg": points(then),
        "from": ago[0],
        "to": ago[1],
        "change": f"{'+' if now > then else '−' if now < then else '±'}{share(abs(now / then - 1))}",
    }


def _first_and_last(reading: Reading) -> str:
    weighed = [day for day in reading.answered if reading.case.on(day).weight_kg is not None]
    if not weighed:
        return _("not recorded")
    told = [_on(reading.case, day) for day in dict.fromkeys([weighed[0], weighed[-1]])]
    return "; ".join(told)


def _on(case: Case, day: int) -> str:
    kg = case.on(day).weight_kg or 0.0
    return _("%(kg)s kg on %(day)s") % {"kg": points(kg), "day": short_day(date.fromordinal(day))}
