"""`…/days`: the diary as days, with the marks of the screening: what charts draw."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, ClassVar, Final
from uuid import UUID

import msgspec
from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.db.models.lookups import GreaterThanOrEqual
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.histories.days import written_days
from alerts.models import Alert
from alerts.rules.days import days_of, night_rest
from alerts.rules.history import Answers, Entry
from alerts.showing.visible import visible
from diary.access.levels import REACH, Access, Diary, Level
from diary.api.contract.description import operation
from diary.api.framework.limiting import MANY_ROWS
from diary.api.framework.pagination import CURSOR, MOST, CursorPagination, ListView
from diary.api.framework.parameters import FROM, SPAN, TO, number
from diary.cursors import Listing
from diary.format.fields import Day, Score, Site, Weight
from diary.recording.listing import Span
from diary.statements import Later, PreparedQuery, Row, one_trip

_ANSWERS: Final = Answers.__struct_fields__
MOST_ENTRIES: Final = 2000
"""A page ends early at the day that brings it to so many entries: nearly always a chart of years is one page."""
MOST_AT_ONCE: Final = 4
"""Charts that an app may ask for at the same time."""
LIMIT: Final = number("limit", "The most days on a page.", least=1, most=MOST, otherwise=None)
WrittenDay = tuple[date, int]
"""A date, and how many entries it has."""
_DAYS: Final = RawSQL("evidence ->> 'days'", (), output_field=TextField())
_LAST_DAY: Final = RawSQL("evidence -> 'days' ->> -1", (), output_field=TextField())
_DATES: Final = msgspec.json.Decoder(list[date])
A_DAY: Final = timedelta(days=1)


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
        chart = _Chart(self.access(request), Span(self.asked[FROM], self.asked[TO]))
        return self.listed(request, chart.listing(), chart.shown)


class _Chart:
    """The days of a span that have an entry, with all that a page of them shows: asked for in one trip."""

    def __init__(self, access: Access, asked: Span) -> None:
        self._access = access
        self._asked = f"{asked.first}:{asked.last}"
        self._first, self._last = asked.first or date.min, asked.last or date.max
        self._entries: Sequence[Entry] = ()
        self._alerts: Later[list[Row]] = list

    def listing(self) -> Listing[WrittenDay]:
        """The dates in order of time."""
        name = f"{self._access.patient_id}:days:{self._asked}"
        return Listing(name, self._after, place_of=lambda written: written[0], fits=_that_fit)

    def _after(self, place: Any, limit: int) -> Sequence[WrittenDay]:
        after = None if place is None else date.fromisoformat(place)
        first = self._first if after is None else max(self._first, after + A_DAY)
        with one_trip():
            written = written_days(
                patient_id=self._access.patient_id,
                first=first,
                last=self._last,
                most_days=limit - 1,
                most_entries=MOST_ENTRIES,
            )
            since = {"patient_id": self._access.patient_id, "first": first.isoformat()}
            self._alerts = _ALERTS_SINCE[self._access.level].ask(**since)
        days, self._entries = written()
        return days

    def shown(self, page: Sequence[WrittenDay]) -> list[dict[str, Any]]:
        """The days of the page that have an answer."""
        days = days_of(self._entries)
        alerts = _by_day(self._alerts())
        return [_day(date.fromordinal(number), day, alerts) for number, day in days.items()]


def _that_fit(written: Sequence[WrittenDay]) -> int:
    """How many of the days a page takes: those that begin before it has its fill of entries."""
    total = accumulate(count for _, count in written)
    return sum(so_far - count < MOST_ENTRIES for (_, count), so_far in zip(written, total, strict=True))


def _day(day: date, answers: Answers, alerts: Mapping[date, list[DayAlert]]) -> dict[str, Any]:
    positive = night_rest(answers)
    return {
        **{name: getattr(answers, name) for name in _ANSWERS},
        "date": day,
        "symptoms": dict(answers.symptoms),
        "treatments_taken": dict(answers.treatments_taken),
        "answered": positive is not None,
        "positive": positive,
        "alerts": alerts.get(day, []),
    }


def _alerts_since(level: Level) -> PreparedQuery[Row]:
    """The alerts that the reader may see and that still hold, with the days that they rest on; the oldest first."""

    def since(patient_id: UUID, first: str) -> QuerySet[Alert, Row]:
        alerts = visible(Access(patient_id, patient_id, level)).exclude(state="withdrawn")
        latest = alerts.filter(GreaterThanOrEqual(_LAST_DAY, first))
        return latest.order_by("found_on", "pk").values_list("pk", "rule", "tier", _DAYS)

    return PreparedQuery(since, patient_id=UUID, first=str)


_ALERTS_SINCE: Final = {level: _alerts_since(level) for level in REACH}


def _by_day(alerts: Iterable[Row]) -> Mapping[date, list[DayAlert]]:
    by_day: dict[date, list[DayAlert]] = defaultdict(list)
    for id_, rule, tier, days in alerts:
        for day in _DATES.decode(days):
            by_day[day].append(DayAlert(id_, rule, tier))
    return by_day
