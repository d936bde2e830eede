"""The timeline for who does not see it: a summary, and the table of its weeks. In the language that is active."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from statistics import fmean

from django.utils.translation import gettext as _
from msgspec import Struct

from alerts.messages.amounts import points
from alerts.rules.days import night_rest
from alerts.rules.history import Answers
from papers.amounts import name_and_dose, number
from papers.calendar import from_to, short_day
from papers.reading import Reading
from papers.timeline.timeline import Timeline
from papers.words import EVENTS


class Week(Struct, frozen=True):
    """Seven days, or what is left at the end; numbers are in words, empty where nothing was answered."""

    days: str
    written: str
    worst_pain: str
    nights: str
    woken: str
    weight: str


def summary(reading: Reading, timeline: Timeline) -> str:
    """What the picture shows, in a few sentences."""
    return " ".join(_sentences(reading, timeline))


def weeks(reading: Reading) -> list[Week]:
    """The table behind the picture, the first week first."""
    starts = range(0, len(reading.numbers), 7)
    return [_week(reading, list(reading.numbers[start : start + 7])) for start in starts]


def column_names() -> Week:
    """What the columns of the table are called."""
    return Week(
        days=_("Week"),
        written=_("Days with an entry"),
        worst_pain=_("Worst pain, mean (lowest–highest)"),
        nights=_("Night or rest pain, positive/answered"),
        woken=_("Woken by pain, yes/answered"),
        weight=_("Weight, last (kg)"),
    )


def mean_and_range(scores: Iterable[int]) -> str:
    """As 5.2 (2–8); empty without a score."""
    given = list(scores)
    return f"{points(fmean(given))} ({min(given)}–{max(given)})" if given else ""


def share_of(answers: Iterable[bool | None]) -> str:
    """How many of the answers are yes, as 4/7; empty without an answer."""
    given = [answer for answer in answers if answer is not None]
    return f"{sum(given)}/{len(given)}" if given else ""


def _week(reading: Reading, days: list[int]) -> Week:
    said = [reading.case.days[day] for day in days if day in reading.case.days]
    weights = [one.weight_kg for one in said if one.weight_kg is not None]
    return Week(
        days=from_to(date.fromordinal(days[0]), date.fromordinal(days[-1])),
        written=f"{len(said)}/{len(days)}",
        worst_pain=mean_and_range(_worst(said)),
        nights=share_of(night_rest(one) for one in said),
        woken=share_of(one.woke_from_sleep for one in said),
        weight=number(weights[-1]) if weights else "",
    )


def _worst(said: Iterable[Answers]) -> Iterator[int]:
    return (one.worst_pain for one in said if one.worst_pain is not None)


def _sentences(reading: Reading, timeline: Timeline) -> Iterator[str]:
    said = [reading.case.on(day) for day in reading.answered]
    yield _("From %(first)s to %(last)s something was noted on %(written)d of %(days)d days.") % {
        "first": short_day(timeline.first),
        "last": short_day(timeline.last),
        "written": len(said),
        "days": timeline.days,
    }
    if worst := mean_and_range(_worst(said)):
        yield _("Worst pain, mean (lowest–highest): %(pain)s.") % {"pain": worst}
    if nights := share_of(night_rest(one) for one in said):
        yield _("Days with pain at night or at rest, of those answered: %(nights)s.") % {"nights": nights}
    yield from _beside_it(timeline)


def _beside_it(timeline: Timeline) -> Iterator[str]:
    if timeline.bars:
        named = ", ".join(name_and_dose(bar.treatment) for bar in timeline.bars)
        yield _("Treatments: %(treatments)s.") % {"treatments": named}
    days = [short_day(timeline.first + timedelta(days=mark.day)) for mark in timeline.marks if mark.kind == "alert"]
    if days:
        yield _("Advised to be seen on: %(days)s.") % {"days": ", ".join(days)}
    visits = [short_day(timeline.first + timedelta(days=mark.day)) for mark in timeline.marks if mark.kind == "visit"]
    if visits:
        yield f"{EVENTS['doctor_visit']}: {', '.join(visits)}."
