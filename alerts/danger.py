"""Danger signs: emergency and urgent rules, found in the very write that meets them.

A short window around the written days tells whether there is any. Only then, and only when it is news, the whole diary
is screened at once, in the write's transaction, by the same steps as in the background: so both find the same.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from alerts.models import Alert
from alerts.rules.screening import danger_signs
from alerts.screening import screen_locked
from alerts.window import window_around
from diary.models import Patient

BEFORE: Final = timedelta(days=14)
AFTER: Final = timedelta(days=3)
"""What the danger rules look at around a day: new signs are new against a fortnight, a fall reaches three days on."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A danger rule met on a day, and the alert that tells of it."""

    day: date
    alert: Alert


def signs_on(*, patient_id: UUID, dates: Collection[date], now: datetime) -> list[Sign]:
    """The danger signs on `dates` whose alert is open, or was acknowledged before the day was known.

    What is newly met is raised. The caller holds the patient's row and has written the diary's.
    """
    met = _signs_met(patient_id, dates)
    if not met:
        return []
    known = _alerts_by_day(patient_id, {rule for rule, _ in met})
    news = {sign for sign in met if sign not in known}
    if news:
        screen_locked(patient=Patient.objects.get(pk=patient_id), now=now)
        known = _alerts_by_day(patient_id, {rule for rule, _ in met})
    carried = [(sign, known[sign]) for sign in met if sign in known]
    return [
        Sign(day, alert)
        for (rule, day), alert in carried
        if alert.state == "open" or (alert.state == "acknowledged" and (rule, day) in news)
    ]


def _signs_met(patient_id: UUID, dates: Collection[date]) -> list[tuple[str, date]]:
    """The danger rules met on the dates, each with its day.

    The days before only tell whether a sign is new, so they are looked at when there is one.
    """
    window = window_around(patient_id=patient_id, first=min(dates) - BEFORE, last=max(dates) + AFTER)
    reached = {day + timedelta(days=after) for day in dates for after in range(AFTER.days + 1)}
    if not danger_signs(window.history(on=reached), on=dates):
        return []
    return [(finding.rule, finding.met_on) for finding in danger_signs(window.history(), on=dates)]


def _alerts_by_day(patient_id: UUID, rules: Iterable[str]) -> Mapping[tuple[str, date], Alert]:
    """The alert that rests on a day, by rule and day; the newest of several."""
    alerts = Alert.objects.filter(patient_id=patient_id, rule__in=rules).exclude(state="withdrawn")
    return {
        (alert.rule, date.fromisoformat(day)): alert
        for alert in alerts.order_by("found_on", "met_on")
        for day in alert.evidence["days"]
    }
