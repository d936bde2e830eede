"""`…/days`: the diary as days, with the marks of the screening: what charts draw."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse

from alerts.api.alerts import visible
from alerts.history import Period, history_of_patient
from alerts.models import Alert
from alerts.rules.days import days_of, night_rest
from alerts.rules.history import Answers
from diary.access import Access, Diary
from diary.api.requests import query
from diary.api.resources import span
from diary.api.view import ApiView, answered
from diary.models import Patient
from diary.problems import not_found

_ANSWERS: Final = [field.name for field in fields(Answers)]
_RESTS_ON: Final = """
    SELECT DISTINCT day::date, finding.alert_id
    FROM alerts_finding finding, jsonb_array_elements_text(finding.evidence -> 'days') AS day
    WHERE finding.patient_id = %(patient)s AND finding.withdrawn_at IS NULL AND finding.alert_id = ANY(%(alerts)s)
        AND day::date BETWEEN %(first)s AND %(last)s
"""


class DaysView(ApiView):
    """Days on which something was answered."""

    def get(self, request: HttpRequest, patient: Diary) -> HttpResponse:
        """All of them from one day to another, both included, in order of time.

        A day is all entries with its date, merged as the rules see it. `answered` and `positive` are about the
        night/rest pain; `alerts` are those with a finding that rests on the day.
        """
        access = self.access(request, patient, "read")
        asked = span(query(request, "from", "to"))
        period = Period(asked.first or date.min, asked.last or date.max)
        found = Patient.objects.filter(pk=access.patient_id).first()
        if found is None:
            raise not_found()
        days = days_of(history_of_patient(found, period=period).entries)
        alerts = _alerts_by_day(access, period)
        items = [_day(date.fromordinal(number), day, alerts) for number, day in days.items()]
        return answered({"items": items})


def _day(day: date, answers: Answers, alerts: Mapping[date, list[Alert]]) -> dict[str, Any]:
    positive = night_rest(answers)
    return {
        "date": day,
        **{name: getattr(answers, name) for name in _ANSWERS},
        "symptoms": dict(answers.symptoms),
        "treatments_taken": dict(answers.treatments_taken),
        "answered": positive is not None,
        "positive": positive,
        "alerts": [{"alert": alert.pk, "rule": alert.rule, "tier": alert.tier} for alert in alerts.get(day, ())],
    }


def _alerts_by_day(access: Access, period: Period) -> Mapping[date, list[Alert]]:
    """The alerts that the reader may see, by the days that their findings rest on; the oldest first."""
    alerts: dict[UUID, Alert] = {alert.pk: alert for alert in visible(access).order_by("found_on", "pk")}
    by_day: dict[date, list[Alert]] = defaultdict(list)
    parameters: dict[str, Any] = {
        "patient": access.patient_id,
        "alerts": list(alerts),
        "first": period.first,
        "last": period.last,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RESTS_ON, parameters)
        rests_on = {(day, alert_id) for day, alert_id in cursor.fetchall()}
    for day in {day for day, _ in rests_on}:
        by_day[day] = [alert for pk, alert in alerts.items() if (day, pk) in rests_on]
    return by_day
