"""What came of an alert: the answers to "Were you seen?" and what the doctor said.

What the doctor said closes an alert and is stored as a visit, an event of the diary like one that the person noted: it
reaches their phones, may be changed there, and the rules ask for change since it. *Seen* closes it too and stores
nothing, so that no mistaken tap quietens a diary; *not yet* opens it again. Who did not go is asked again once
(`alerts.acting.ask_again`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from alerts.acting.ask_again import plan_asking_again
from alerts.acting.reopen import opened_again
from alerts.delivery.outbox import Telling, owe_outcome
from alerts.escalation.start_and_stop import stop_telling, tell
from alerts.models import Alert
from alerts.models.alert import ASSESSED, Outcome
from alerts.raising.states import close_with_outcome
from alerts.responses import respond
from alerts.rules.tiers import Tier
from diary.format.fields import Event
from diary.locks import hold_diary
from diary.models import Event as EventRow
from diary.models import Patient
from diary.problems import not_found
from diary.reaching.local_time import local_date
from diary.recording.changes import record_changes
from diary.recording.decision import Change


class NotToBeClosed(Exception):
    """An outcome was given for what is no open question: a watch, a withdrawn alert, one that was sent to no one."""


@transaction.atomic
def give_outcome(
    *,
    patient_id: UUID,
    alert_id: UUID,
    actor_id: UUID,
    outcome: Outcome,
    now: datetime,
    beside: Collection[UUID] = (),
    by_link: bool = False,
    visit_id: UUID | None = None,
) -> bool:
    """Close the alert and those `beside` it with an outcome, or correct the one they were closed with, visit included.

    `visit_id` is the visit at which it was said, where the diary holds it already; else one of today is noted. The same
    outcome again changes nothing; says whether anything changed. When it was said `by_link`, by whoever holds
    a message, the patient is notified. The diary is locked, as for a write, so that alert, visit and what is queued
    change as one. Raises NotToBeClosed, Problem 404 for an alert that there is not.
    """
    patient = _locked(patient_id)
    given = [alert for alert in _in_question(patient_id, alert_id, beside) if alert.outcome != outcome]
    before = {alert.visit_id for alert in given if alert.visit_id}
    visit = (visit_id or _standing_visit(given) or uuid4()) if given and outcome in ASSESSED else None
    for alert in given:
        close_with_outcome(alert, outcome=outcome, visit_id=visit, by=actor_id, at=now)
        alert.put_on_record()
        alert.save()
        respond(alert, outcome, actor_id, now)
        stop_telling(alert=alert, now=now)
        if outcome == "did_not_go" and alert.tier != Tier.CHECK_UP:
            plan_asking_again(alert=alert, now=now)
    owe_outcome(*given, to_patient=by_link, now=now)
    _move_visit(patient, actor_id, before - {visit}, None if visit in {visit_id, *before} else visit, now)
    return bool(given)


@transaction.atomic
def say_not_yet(
    *, patient_id: UUID, alert_id: UUID, actor_id: UUID, now: datetime, beside: Collection[UUID] = ()
) -> bool:
    """No one has been seen: the alerts open again, everyone is notified, and the rounds begin anew; not of a check-up.

    One that is open already stays as it is. Says whether anything changed, and raises, like `give_outcome`.
    """
    patient = _locked(patient_id)
    asked = _in_question(patient_id, alert_id, beside)
    closed = [alert for alert in asked if alert.state != "open"]
    visits = {alert.visit_id for alert in closed if alert.visit_id}
    for alert in closed:
        respond(alert, "not_yet", actor_id, now)
    opened = [opened_again(alert, now=now) for alert in closed]
    tell(*(Telling(alert, "again") for alert in opened if alert.tier != Tier.CHECK_UP), now=now)
    _move_visit(patient, actor_id, visits, None, now)
    return bool(closed)


def _locked(patient_id: UUID) -> Patient:
    patient = hold_diary(patient_id)
    if patient is None:
        raise not_found()
    return patient


def _in_question(patient_id: UUID, alert_id: UUID, beside: Collection[UUID]) -> list[Alert]:
    """The alert, and those beside it that are a question too."""
    alerts = {alert.pk: alert for alert in Alert.objects.filter(patient_id=patient_id, pk__in={alert_id, *beside})}
    if alert_id not in alerts:
        raise not_found()
    if not is_a_question(alerts[alert_id]):
        raise NotToBeClosed
    return [alert for alert in alerts.values() if is_a_question(alert)]


def is_a_question(alert: Alert) -> bool:
    """Whether it can be said what came of it."""
    was_told = alert.opened_at is not None and alert.tier != Tier.WATCH
    return was_told and (alert.state in ("open", "acknowledged") or alert.outcome is not None)


def _standing_visit(alerts: Sequence[Alert]) -> UUID | None:
    """The visit that the outcome before was stored as, unless the person has deleted it from their diary."""
    visits = [alert.visit_id for alert in alerts if alert.visit_id]
    if not visits:
        return None
    living = EventRow.objects.filter(patient_id=alerts[0].patient_id, id__in=visits, deleted=False)
    return living.order_by("id").values_list("id", flat=True).first()


def _move_visit(patient: Patient, actor_id: UUID, before: set[UUID], after: UUID | None, now: datetime) -> None:
    """Delete visits that no outcome is stored as any more, and note the new one."""
    needed = set(Alert.objects.filter(patient=patient, visit_id__in=before).values_list("visit_id", flat=True))
    changes = [Change("event", visit, None) for visit in sorted(before - needed)]
    if after is not None:
        today = local_date(user_id=patient.user_id, now=now)
        changes.append(Change("event", after, Event(id=after, kind="doctor_visit", date=today, about_this_pain=True)))
    if changes:
        record_changes(patient_id=patient.pk, actor_id=actor_id, changes=changes, now=now)
