"""`…/days`: the diary as days, with the marks of the screening: what charts draw."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Any, ClassVar, Final
from uuid import UUID

from django.db.models import Count, TextField
from django.db.models.expressions import RawSQL
from django.db.models.lookups import GreaterThanOrEqual
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.histories.of_diary import Period, history_of_patient
from alerts.models import Alert
from alerts.rules.days import days_of, night_rest
from alerts.rules.history import Answers
from alerts.showing.visible import visible
from diary.access.levels import Access, Diary
from diary.api.contract.description import operation
from diary.api.framework.limiting import MANY_ROWS
from diary.api.framework.pagination import CURSOR, MOST, CursorPagination, ListView
from diary.api.framework.parameters import FROM, SPAN, TO, number
from diary.cursors import Listing
from diary.format.fields import Day, Score, Site, Weight
from diary.models import Entry, Patient
from diary.problems import not_found
from diary.recording.listing import Span

_ANSWERS: Final = Answers.__struct_fields__
MOST_ENTRIES: Final = 2000
"""A page ends early at the day that brings it to so many entries: nearly always a chart of years is one page."""
MOST_AT_ONCE: Final = 4
"""Charts that an app may ask for at the same time."""
LIMIT: Final = number("limit", "The most days on a page.", least=1, most=MOST, otherwise=None)
WrittenDay = tuple[date, int]
"""A date, and how many entries it has."""
_LAST_DAY: Final = RawSQL("evidence -> 'days' ->> -1", (), output_field=TextField())


class DayAlert(Struct, frozen=True):
    """An alert based on the day."""

    alert: UUID
    rule: str
    tier: str


class DiaryDay(Struct, frozen=True):
    """All entries of one date, merged into one set of answers; null means *not answered*.

    `answered` and `positive` are about night/rest pain.
    """

    date: Day
    worst_pain: Score | None
    night_pain: Score | None
    rest_pain: Score | None
    movement_pain: Score | None
    woke_from_sleep: bool | None
    worse_lying_down: bool | None
    worse_on_deep_breath: bool | None
    worse_on_straining: bool | None
    sites: list[Site] | None
    symptoms: dict[str, bool]
    treatments_taken: dict[UUID, bool]
    weight_kg: Weight | None
    answered: bool
    positive: bool | None
    alerts: list[DayAlert]


class Days(Struct, frozen=True):
    """One page of days, in date order."""

    items: list[DiaryDay]
    next_cursor: str | None


class DayPagination(CursorPagination):
    """As many days as fit, unless fewer are asked for."""

    limit = LIMIT
    otherwise = MOST_ENTRIES


class DaysView(ListView):
    """Days on which something was answered."""

    reach = {"GET": "read"}
    costs: ClassVar = {"GET": MANY_ROWS}
    at_once = MOST_AT_ONCE
    pagination_class = DayPagination

    @operation(
        "List days", tag="Days", answers={200: Days}, problems=[404], query=[*SPAN, LIMIT, CURSOR], name="days_list"
    )
    def get(self, request: Request, patient: Diary) -> Response:
        """The days from one date to another, both inclusive, in date order.

        Without `limit`, a page holds the days of up to 2,000 entries, which for nearly every diary is all of them.

        A day is all entries of a date, merged as the rules see them. `answered` and `positive` are about night/rest
        pain; `alerts` are those based on the day.
        """
        access = self.access(request)
        written = _written_days(access, Span(self.asked[FROM], self.asked[TO]))
        return self.listed(request, written, lambda page: _days(access, [day for day, _ in page]))


def _written_days(access: Access, asked: Span) -> Listing[WrittenDay]:
    """The dates of the span that have an entry, in order of time."""
    entries = Entry.objects.filter(patient_id=access.patient_id, deleted=False)
    if asked.first is not None:
        entries = entries.filter(date__gte=asked.first)
    if asked.last is not None:
        entries = entries.filter(date__lte=asked.last)
    written = entries.order_by("date").values_list("date").annotate(Count("pk"))

    def after(place: Any, limit: int) -> Sequence[WrittenDay]:
        rows = written.filter(date__gt=date.min if place is None else date.fromisoformat(place))
        return [(day, count) for day, count in rows[:limit] if day is not None]

    name = f"{access.patient_id}:days:{asked.first}:{asked.last}"
    return Listing(name, after, place_of=lambda written: written[0], fits=_that_fit)


def _that_fit(written: Sequence[WrittenDay]) -> int:
    """How many of the days a page takes: those that begin before it has its fill of entries."""
    total = accumulate(count for _, count in written)
    return sum(so_far - count < MOST_ENTRIES for (_, count), so_far in zip(written, total, strict=True))


def _days(access: Access, dates: Sequence[date]) -> list[dict[str, Any]]:
    """The days that have an answer among the dates."""
    if not dates:
        return []
    found = Patient.objects.filter(pk=access.patient_id).first()
    if found is None:
        raise not_found()
    period = Period(dates[0], dates[-1])
    days = days_of(history_of_patient(found, period=period).entries)
    alerts = _alerts_by_day(access, period)
    return [_day(date.fromordinal(number), day, alerts) for number, day in days.items()]


def _day(day: date, answers: Answers, alerts: Mapping[date, list[Alert]]) -> dict[str, Any]:
    positive = night_rest(answers)
    return {
        **{name: getattr(answers, name) for name in _ANSWERS},
        "date": day,
        "symptoms": dict(answers.symptoms),
        "treatments_taken": dict(answers.treatments_taken),
        "answered": positive is not None,
        "positive": positive,
        "alerts": [DayAlert(alert.pk, alert.rule, alert.tier) for alert in alerts.get(day, ())],
    }


def _alerts_by_day(access: Access, period: Period) -> Mapping[date, list[Alert]]:
    """The alerts that the reader may see and that still hold, by the days that they rest on; the oldest first."""
    by_day: dict[date, list[Alert]] = defaultdict(list)
    alerts = visible(access).exclude(state="withdrawn").filter(GreaterThanOrEqual(_LAST_DAY, period.first.isoformat()))
    for alert in alerts.order_by("found_on", "pk"):
        for day in map(date.fromisoformat, alert.evidence["days"]):
            if period.first <= day <= period.last:
                by_day[day].append(alert)
    return by_day
