"""Someone said that they did not go: two weeks later they are asked once more, if the pattern is still there."""

from datetime import datetime, timedelta
from typing import Final

from alerts.delivery.outbox import Telling
from alerts.escalation.plan import Planned
from alerts.escalation.start_and_stop import plan, tell
from alerts.models import Alert
from alerts.raising.course import PATTERN_SENT_FOR, highest
from alerts.raising.kept import show_evidence
from alerts.raising.states import open_alert
from alerts.screening.diary import found_now
from diary.models import Patient

AFTER: Final = timedelta(days=14)


def plan_asking_again(*, alert: Alert, now: datetime) -> None:
    """Plan it for an alert that was closed with `did_not_go`, unless it has happened before."""
    if not alert.steps.filter(step="asked_again", taken_at__isnull=False).exists():
        plan(alert=alert, steps=[Planned("asked_again", now + AFTER, None)], now=now)


def ask_again(*, alert: Alert, patient: Patient, now: datetime) -> bool:
    """Open the alert again if its rule held on one of the last 28 days; says whether it was opened.

    It is sent as what it is by now: danger signs of more than a fortnight ago as see-a-doctor. The caller holds the
    patient's row.
    """
    if alert.outcome != "did_not_go" or Alert.objects.filter(patient=patient, rule=alert.rule, state="open").exists():
        return False
    found, moment = found_now(patient_id=patient.pk, now=now)
    met_on = set(alert.findings.filter(withdrawn_at=None).values_list("met_on", flat=True))
    courses = [one for one in found if one.finding.rule == alert.rule and one.finding.met_on in met_on]
    still = [course for course in courses if moment.today - course.last_held <= PATTERN_SENT_FOR]
    tier = highest(course.sent_as(today=moment.today) for course in still)
    if tier is None:
        return False
    open_alert(alert, tier=tier, at=now)
    show_evidence(alert, courses)
    alert.put_on_record()
    alert.save()
    tell(Telling(alert, "reminder"), now=now)
    return True
