"""Danger signs: emergency and urgent rules, found in the very write that meets them.

A short window around the written days tells whether there is any. Only then, and only when a sign is not on record
yet, the episodes that it belongs to are screened in the write's transaction, by the same steps as in the background
(`alerts.screening.danger_episodes`): so both find the same, and a long diary costs no more than a short one. What the
write contributes to is in its answer, whatever became of the alert before.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, Final, TypeVar
from uuid import UUID

from alerts.histories.of_diary import Period
from alerts.histories.window import Recorded, Window, spans_around, window_of
from alerts.measures import DANGER_SIGNS
from alerts.models import Alert
from alerts.raising.course import DANGER_KEPT_AFTER
from alerts.raising.signs_on_record import forget_signs, signs_of_alert
from alerts.rules.history import Profile
from alerts.screening.contributions import AFTER, BEFORE, Around, Noted, contributed_by_profile, signs_noted
from alerts.screening.danger_episodes import screen_episodes
from diary.format.fields import ResourceType
from diary.models import Patient
from diary.reaching.local_time import local_date
from diary.screening_port import WrittenRow
from diary.statements import Later

Key = tuple[ResourceType, UUID]
Writer = TypeVar("Writer", bound=Hashable)
TOMORROW: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sign:
    """An alert that a write contributes to, with the last of the days on which it does; `news` is what it adds."""

    day: date
    alert: Alert
    news: bool


def signs_around(*, patient_id: UUID, dates: Collection[date]) -> Callable[[Sequence[Recorded]], bool]:
    """Whether the days around `dates` may hold a sign, once these rows are among them; the days are asked for now.

    Of a row about another day nothing is known, so it may: a change that comes again finds its entry moved since.
    """
    if not dates:
        return bool
    window = window_of(patient_id=patient_id, spans=spans_around(dates, before=BEFORE, after=AFTER))

    def may_hold(rows: Sequence[Recorded]) -> bool:
        days = {row.date for row in rows}
        return not days <= set(dates) or bool(days and _may_hold_a_sign(window().with_rows(rows), days))

    return may_hold


def signs_in_write(
    *, patient_id: UUID, written: Sequence[WrittenRow], now: datetime, quietly: bool
) -> Later[Mapping[Key, list[Sign]]]:
    """For each written row the danger signs it contributes to; what is not on record yet is raised.

    The caller holds the patient's row and has written the diary's. The days around are asked for now, the rest is done
    when the answer is called.
    """
    dates = frozenset[date]().union(*(row.dates for row in written))
    if not dates:
        return dict
    window = window_of(patient_id=patient_id, spans=spans_around(dates, before=BEFORE, after=AFTER))
    return lambda: _signs_in(window(), patient_id, written, dates, now, quietly=quietly)


def _signs_in(
    window: Window,
    patient_id: UUID,
    written: Sequence[WrittenRow],
    dates: Collection[date],
    now: datetime,
    *,
    quietly: bool,
) -> Mapping[Key, list[Sign]]:
    if not _may_hold_a_sign(window, dates):
        return {}
    contributed = {key: noted for key, noted in _contributed(window, written).items() if noted}
    if not quietly:
        changed = [
            contributed[row.type, row.id] for row in written if row.changed and (row.type, row.id) in contributed
        ]
        _take_off_record(patient_id, frozenset[Noted]().union(*changed))
    return _raised(patient_id, contributed, now, quietly=quietly)


def signs_in_profile(*, patient_id: UUID, fields: Collection[str], now: datetime) -> list[Sign]:
    """The danger signs that these fields of the profile make of what was noted in the last 90 days."""
    noted = noted_by_profile(patient_id=patient_id, given=dict.fromkeys(fields), stored=True, now=now)
    return _raised(patient_id, {"profile": noted} if noted else {}, now, quietly=False).get("profile", [])


def noted_by_profile(*, patient_id: UUID, given: Mapping[str, Any], stored: bool, now: datetime) -> set[Noted]:
    """The same without alerts: of the fields `given` as they are `stored`, or as they would be with these values."""
    today = local_date(user_id=Patient.objects.get(pk=patient_id).user_id, now=now)
    first, last = today - DANGER_KEPT_AFTER, today + TOMORROW
    history = window_of(patient_id=patient_id, spans=[Period(first - BEFORE, last)])().history()
    known = {name: value for name, value in given.items() if name in Profile.__dataclass_fields__}
    if not stored:
        history = replace(history, profile=replace(history.profile, **known))
    recorded = [entry.date for entry in history.entries] + [event.date for event in history.events]
    return contributed_by_profile(history, known, on={day for day in recorded if day >= first})


def _may_hold_a_sign(window: Window, dates: Collection[date]) -> bool:
    """Cheaply, for nearly every write: the days before only tell whether a sign is new, so they are left out."""
    reached = {day + timedelta(days=after) for day in dates for after in range(AFTER.days + 1)}
    return bool(signs_noted(window.history(on=reached), on=dates))


def _contributed(window: Window, written: Sequence[WrittenRow]) -> dict[Key, set[Noted]]:
    history = window.history()
    around = Around(history)
    entries = {str(entry.id): entry for entry in history.entries}
    events = {event.id: event for event in history.events}
    contributed: dict[Key, set[Noted]] = {}
    for row in written:
        if row.type == "entry" and str(row.id) in entries:
            contributed[row.type, row.id] = around.contributed_by_entry(entries[str(row.id)])
        elif row.type == "event" and str(row.id) in events:
            contributed[row.type, row.id] = around.contributed_by_event(events[str(row.id)])
    return contributed


def _take_off_record(patient_id: UUID, noted: Collection[Noted]) -> None:
    """What was kept and sent to no one, as an import is, is news when someone notes it themselves."""
    kept = Alert.objects.filter(patient_id=patient_id, rule__in={one.rule for one in noted}, opened_at=None)
    for alert in kept if noted else ():
        forget_signs(alert, {one.sign for one in noted if one.rule == alert.rule})


def _raised(
    patient_id: UUID, contributed: Mapping[Writer, Collection[Noted]], now: datetime, *, quietly: bool
) -> dict[Writer, list[Sign]]:
    """What each contributes to, with its alert; the episodes of a sign that is not on record are screened."""
    all_noted = {noted for each in contributed.values() for noted in each}
    if not all_noted:
        return {}
    rules = {noted.rule for noted in all_noted}
    before = _on_record(patient_id, rules)
    told: set[UUID] = set()
    new = all_noted - before.keys()
    if new:
        patient = Patient.objects.select_related("user").get(pk=patient_id)
        told = screen_episodes(
            patient=patient,
            rules={noted.rule for noted in new},
            days={noted.day for noted in new},
            now=now,
            quietly=quietly,
        )
    alerts = _on_record(patient_id, rules)
    known = {(alert.pk, noted.sign) for noted, alert in before.items()}
    signs = {writer: _signs(noted, alerts, known, told) for writer, noted in contributed.items()}
    for sign in chain.from_iterable(signs.values()):
        DANGER_SIGNS.labels(sign.alert.tier).inc()
    return signs


def _signs(
    contributed: Collection[Noted],
    alerts: Mapping[Noted, Alert],
    known: Collection[tuple[UUID, str]],
    told: Collection[UUID],
) -> list[Sign]:
    """One for each alert, with the last day that was contributed to."""
    by_alert: dict[UUID, list[Noted]] = {}
    for noted in contributed:
        if noted in alerts:
            by_alert.setdefault(alerts[noted].pk, []).append(noted)
    signs = []
    for all_of_it in by_alert.values():
        alert = alerts[all_of_it[0]]
        another = alert.state == "open" and any((alert.pk, noted.sign) not in known for noted in all_of_it)
        signs.append(Sign(max(noted.day for noted in all_of_it), alert, another or alert.pk in told))
    return signs


def _on_record(patient_id: UUID, rules: Collection[str]) -> Mapping[Noted, Alert]:
    """The alert that each sign on each day belongs to; the newest of several."""
    alerts = Alert.objects.filter(patient_id=patient_id, rule__in=rules).exclude(state="withdrawn")
    return {
        Noted(alert.rule, sign, day): alert
        for alert in alerts.order_by("found_on", "met_on")
        for sign, days in signs_of_alert(alert).items()
        for day in days
    }
