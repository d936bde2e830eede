"""Screening a diary that was changed: findings, alerts and queued deliveries, in one transaction.

There is work exactly while a diary's `revision` differs from its `screened_revision`; whoever gets the patient's row
first does it, and those after find it done. A diary whose screening fails is tried again ever more rarely and holds
back no other.
"""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from alerts.histories.reading import Reading, reading_of
from alerts.measures import SCREENINGS
from alerts.models import ScreeningFailure
from alerts.raising.course import Course, courses
from alerts.raising.findings_to_alerts import raise_alerts
from alerts.raising.moment import Moment
from alerts.rules.assessments import assessment_days
from alerts.rules.case import Case
from alerts.rules.history import History
from alerts.rules.screening import screen_all
from alerts.screening.failures import failure_counted, failure_named
from diary.locks import hold_waiting
from diary.measures import SCREENING_LAG
from diary.models import Patient
from diary.statements import execute, fetch_all, fetch_one, in_few_trips, last_trip, one_trip

NUDGED_WITHIN: Final = timedelta(seconds=5)
"""A diary that waits longer than this is swept up; before, its turn is on its way."""
LOST_AFTER: Final = timedelta(seconds=30)
"""One that waits so long may have killed the worker that took it."""
QUIET_SECONDS: Final = 1.0
"""So long after a write its diary is screened, with all that was written since: danger signs are in the write."""
AT_ONCE: Final = 100
TURN_SECONDS: Final = 0.1
"""A worker's turn at screening ends with these: an emergency that comes meanwhile must not wait for longer."""
_RESTS: Final = "EXISTS (SELECT FROM alerts_screeningfailure f WHERE f.patient_id = p.id AND f.retry_at > %(now)s)"
_WAITS: Final = f"""
    SELECT unscreened_since FROM diary_patient p
    WHERE id = %(patient)s AND unscreened_since IS NOT NULL AND NOT {_RESTS}
"""  # noqa: S608 words of ours
_FRESH: Final = f"""
    SELECT id, unscreened_since FROM diary_patient p WHERE unscreened_since > %(now)s - %(lost_after)s AND NOT {_RESTS}
    ORDER BY unscreened_since DESC LIMIT %(most)s
"""  # noqa: S608 words of ours
_DONE: Final = """
    WITH it_went_well AS (DELETE FROM alerts_screeningfailure WHERE patient_id = %(patient)s)
    UPDATE diary_patient SET screened_revision = %(revision)s, unscreened_since = NULL WHERE id = %(patient)s
"""


def screen_diary(*, patient_id: UUID, now: datetime) -> bool:
    """Screen the diary if it still has work once its row is ours; says whether it was screened.

    An error is counted against the diary and raised. An attempt that may end the worker is counted ahead.
    """
    waits = fetch_one(_WAITS, {"patient": patient_id, "now": now})
    if waits is None:
        return False
    counted = waits[0] <= now - LOST_AFTER
    if counted:
        failure_counted(patient_id=patient_id, error="lost", now=now)
    return _attempted(patient_id, waits[0], now, counted=counted, wait=True)


def screen_fresh(*, clock: Callable[[], datetime]) -> float | None:
    """Screen what has waited for a moment, for one turn; in how many seconds there is to be another, None for no more.

    Only what no worker can have died of so far (`LOST_AFTER`), the newest first: so one that a diary ends has done the
    others. What another has in hand is left for later. An error is counted against its diary and raised.
    """
    now, began = clock(), time.monotonic()
    waiting = fetch_all(_FRESH, {"now": now, "lost_after": LOST_AFTER, "most": AT_ONCE})
    is_left = False
    for done, (patient_id, since) in enumerate(waiting, start=1):
        is_left |= not _attempted(patient_id, since, clock(), counted=False, wait=False)
        if time.monotonic() - began > TURN_SECONDS and done < len(waiting):
            return 0.0
    if len(waiting) == AT_ONCE:
        return 0.0
    return QUIET_SECONDS if is_left else None


def _attempted(patient_id: UUID, waits_since: datetime, now: datetime, *, counted: bool, wait: bool) -> bool:
    began = time.monotonic()
    try:
        screened = _screened(patient_id, now, wait=wait)
    except Exception as error:
        SCREENINGS.labels("failed").inc()
        if counted:
            failure_named(patient_id=patient_id, error=type(error).__name__)
        else:
            failure_counted(patient_id=patient_id, error=type(error).__name__, now=now)
        raise
    if screened:
        SCREENINGS.labels("screened").inc()
        SCREENING_LAG.observe((now - waits_since).total_seconds() + time.monotonic() - began)
    return screened


def found_now(*, patient_id: UUID, now: datetime) -> tuple[list[Course], Moment]:
    """Every finding of the diary as it is, with its course. The caller holds the patient's row."""
    return _found(reading_of(patient_id=patient_id)(), now)


def waiting_diaries(*, now: datetime) -> QuerySet[Patient]:
    """Diaries whose nudge seems lost, the longest waiting first; those that failed rest a while."""
    return _work(now).filter(unscreened_since__lte=now - NUDGED_WITHIN).order_by("unscreened_since")


def _work(now: datetime) -> QuerySet[Patient]:
    resting = ScreeningFailure.objects.filter(patient=OuterRef("pk"), retry_at__gt=now)
    return Patient.objects.filter(unscreened_since__isnull=False).exclude(Exists(resting))


def _screened(patient_id: UUID, now: datetime, *, wait: bool) -> bool:
    """Bring findings and alerts in line with the diary as it is, unless another did so meanwhile, or has it in hand."""
    with in_few_trips():
        with one_trip():
            held = hold_waiting(patient_id, wait=wait)
            read = reading_of(patient_id=patient_id)
        revision = held()
        if revision is None:
            return False
        reading = read()
        found, moment = _found(reading, now)
        if found or reading.has_findings:
            raise_alerts(patient_id=patient_id, courses=found, moment=moment)
        with last_trip():
            execute(_DONE, {"patient": patient_id, "revision": revision})
    return True


def _found(reading: Reading, now: datetime) -> tuple[list[Course], Moment]:
    history = reading.history
    assessments = assessment_days(history.events)
    assessed_on = date.fromordinal(assessments[-1]) if assessments else None
    moment = Moment(at=now, zone=reading.zone, assessed_on=assessed_on)
    as_of = max(moment.today, _last_date(history))
    screening = screen_all(history, as_of=as_of, on_record=reading.on_record)
    if not screening.findings:
        return [], moment
    return courses(case=Case(history, whole=True), screening=screening, today=moment.today), moment


def _last_date(history: History) -> date:
    dates = [entry.date for entry in history.entries] + [event.date for event in history.events]
    return max(dates, default=date.min)
