"""`…/days`: the diary as days, with the marks of the screening: what charts draw."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from msgspec import Struct

from alerts.api.alerts import visible
from alerts.history import Period, history_of_patient
from alerts.models import Alert
from alerts.rules.days import days_of, night_rest
from alerts.rules.history import Answers
from diary.access import Access, Diary
from diary.api.contract import SPAN, operation
from diary.api.requests import query
from diary.api.resources import span
from diary.api.view import ApiView, answered
from diary.content import Day, Score, Site, Weight
from diary.models import Patient
from diary.problems import not_found

_ANSWERS: Final = Answers.__struct_fields__


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
    """All days of a span, in order of time."""

    items: list[DiaryDay]


class DaysView(ApiView):
    """Days on which something was answered."""

    @operation("List days", tag="Days", answers={200: Days}, problems=[404], query=SPAN, name="days_list")
    def get(self, request: HttpRequest, patient: Diary) -> HttpResponse:
        """All of them from one day to another, both included, in order of time.

        A day is all entries with its date, merged as the rules see it. `answered` and `positive` are about the
        night/rest pain; `alerts` are those that rest on the day.
        """
        access = self.access(request, patient, "read")
        asked = span(query(request, "from", "to"))
        period = Period(asked.first or date.min, asked.last or date.max)
        found = Patient.objects.filter(pk=access.patient_id).first()
        if found is None:
            raise not_found()
        days = days_of(history_of_patient(found, period=period).entries)
        alerts = _alerts_by_day(access)
        items = [_day(date.fromordinal(number), day, alerts) for number, day in days.items()]
        return answered({"items": items})


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


def _alerts_by_day(access: Access) -> Mapping[date, list[Alert]]:
    """The alerts that the reader may see and that still hold, by the days that they rest on; the oldest first."""
    by_day: dict[date, list[Alert]] = defaultdict(list)
    for alert in visible(access).exclude(state="withdrawn").order_by("found_on", "pk"):
        for day in alert.evidence["days"]:
            by_day[date.fromisoformat(day)].append(alert)
    return by_day
