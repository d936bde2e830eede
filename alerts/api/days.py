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
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter
from msgspec import Struct

from alerts.api.alerts import visible
from alerts.histories.of_diary import Period, history_of_patient
from alerts.models import Alert
from alerts.rules.days import days_of, night_rest
from alerts.rules.history import Answers
from diary.access.levels import Access, Diary
from diary.api.contract import CURSOR, SPAN, operation
from diary.api.limiting import MANY_ROWS
from diary.api.requests import Page, page, query
from diary.api.resources import span
from diary.api.view import ApiView, answered
from diary.cursors import cursor, place
from diary.format.fields import Day, Score, Site, Weight
from diary.models import Entry, Patient
from diary.problems import not_found
from diary.recording.listing import Span

_ANSWERS: Final = Answers.__struct_fields__
MOST_ENTRIES: Final = 2000
"""A page ends early at the day that brings it to so many entries: nearly always a chart of years is one page."""
MOST_AT_ONCE: Final = 4
"""Charts that an app may ask for at the same time."""
_LIMIT: Final = OpenApiParameter(
    "limit", {"type": "integer", "minimum": 1, "maximum": 500}, description="Days on a page, at most."
)
_LAST_DAY: Final = RawSQL("evidence -> 'days' ->> -1", (), output_field=TextField())


class DayAlert(Struct, frozen=True):
    """An alert that rests on the day."""

    alert: UUID
    rule: str
    tier: str


class DiaryDay(Struct, frozen=True):
    """All entries of one date as one set of answers; null is *not answered*.

    `answered` and `positive` are about the night/rest pain.
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
    """One page of the days of a span, in order of time."""

    items: list[DiaryDay]
    next_cursor: str | None


class DaysView(ApiView):
    """Days on which something was answered."""

    costs: ClassVar = {"GET": MANY_ROWS}
    at_once = MOST_AT_ONCE

    @operation(
        "List days", tag="Days", answers={200: Days}, problems=[404], query=[*SPAN, _LIMIT, CURSOR], name="days_list"
    )
    def get(self, request: HttpRequest, patient: Diary) -> HttpResponse:
        """Those from one day to another, both included, in order of time.

        Without `limit` a page has as many days as 2,000 entries make up, which for nearly every diary is all of them.

        A day is all entries with its date, merged as the rules see it. `answered` and `positive` are about the
        night/rest pain; `alerts` are those that rest on the day.
        """
        access = self.access(request, patient, "read")
        given = query(request, "from", "to", "limit", "cursor")
        dates, next_cursor = _page(access, span(given), page(given, otherwise=MOST_ENTRIES))
        return answered({"items": _days(access, dates), "next_cursor": next_cursor})


def _page(access: Access, asked: Span, wanted: Page) -> tuple[list[date], str | None]:
    """The dates of the page, each of which has an entry, and where the next one begins. Raises Invalid."""
    within = f"{access.patient_id}:days:{asked.first}:{asked.last}"
    last_seen = date.fromisoformat(place(wanted.cursor, within=within)) if wanted.cursor is not None else date.min
    entries = Entry.objects.filter(patient_id=access.patient_id, deleted=False, date__gt=last_seen)
    if asked.first is not None:
        entries = entries.filter(date__gte=asked.first)
    if asked.last is not None:
        entries = entries.filter(date__lte=asked.last)
    written = entries.order_by("date").values_list("date").annotate(Count("pk"))[: wanted.limit + 1]
    dates, counts = [day for day, _ in written if day is not None], [count for _, count in written]
    total = list(accumulate(counts))
    shown = [day for day, so_far, own in zip(dates, total, counts, strict=True) if so_far - own < MOST_ENTRIES]
    shown = shown[: wanted.limit]
    return shown, cursor(shown[-1], within=within) if len(dates) > len(shown) else None


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
