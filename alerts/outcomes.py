"""What came of an alert: the answers to "Were you seen?" and what the doctor said.

What the doctor said closes an alert and is stored as a visit, an event of the diary like one that the person noted: it
reaches their phones, may be changed there, and the rules ask for change since it. *Seen* closes it too and stores
nothing, so that no mistaken tap quietens a diary; *not yet* opens it again. Who did not go is asked again once
(`alerts.asking_again`).
"""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from alerts.asking_again import plan_asking_again
from alerts.history import local_date
from alerts.lifecycle import close_with_outcome
from alerts.models import Alert
from alerts.models.alert import ASSESSED, Outcome
from alerts.outbox import Telling, owe_outcome
from alerts.reopening import opened_again
from alerts.responses import respond
from alerts.rules.tiers import Tier
from alerts.telling import stop_telling, tell
from diary.access_log import Line, note
from diary.content import Event
from diary.deciding import Change
from diary.models import Event as EventRow
from diary.models import Patient
from diary.problems import not_found
from diary.recording import record_changes


class NotToBeClosed(Exception):
    """An outcome was given for what is no open question: a watch, a withdrawn alert, one that nobody was told of."""


@transaction.atomic
def give_outcome(
    *, patient_id: UUID, alert_id: UUID, actor_id: UUID, outcome: Outcome, now: datetime, by_link: bool = False
) -> None:
    """Close the alert with an outcome, or correct the one it was closed with, the visit with it.

    The same outcome again changes nothing. The access log says who said it; when it was said `by_link`, by whoever
    holds a message, the patient is told. The diary is locked, as for a write, so that alert, visit and what is owed
    change as one. Raises NotToBeClosed, Problem 404 for an alert that there is not.
    """
    patient, alert = _locked(patient_id, alert_id)
    note(Line("outcome_given", "alert", alert_id), patient_id=patient_id, actor_id=actor_id, at=now)
    if alert.outcome == outcome:
        return
    visit_before = alert.visit_id
    visit = (_standing_visit(alert) or uuid4()) if outcome in ASSESSED else None
    close_with_outcome(alert, outcome=outcome, visit_id=visit, by=actor_id, at=now)
    alert.put_on_record()
    alert.save()
    respond(alert, outcome, actor_id, now)
    stop_telling(alert=alert, now=now)
    owe_outcome(alert=alert, to_patient=by_link, now=now)
    if outcome == "did_not_go":
        plan_asking_again(alert=alert, now=now)
    if visit != visit_before:
        _move_visit(patient, actor_id, visit_before, visit, now)


@transaction.atomic
def say_not_yet(*, patient_id: UUID, alert_id: UUID, actor_id: UUID, now: datetime) -> None:
    """Nobody has been seen: the alert opens again, everyone is told, and the rounds begin anew.

    One that is open already stays as it is. Raises like `give_outcome`.
    """
    patient, alert = _locked(patient_id, alert_id)
    note(Line("outcome_given", "alert", alert_id), patient_id=patient_id, actor_id=actor_id, at=now)
    if alert.state == "open":
        return
    visit = alert.visit_id
    respond(alert, "not_yet", actor_id, now)
    tell(Telling(opened_again(alert, now=now), "again"), now=now)
    _move_visit(patient, actor_id, visit, None, now)


def _locked(patient_id: UUID, alert_id: UUID) -> tuple[Patient, Alert]:
    patient = Patient.objects.select_for_update(no_key=True).filter(pk=patient_id).first()
    alert = Alert.objects.filter(patient_id=patient_id, pk=alert_id).first()
    if patient is None or alert is None:
        raise not_found()
    if not _is_a_question(alert):
        raise NotToBeClosed
    return patient, alert


def _is_a_question(alert: Alert) -> bool:
    was_told = alert.opened_at is not None and alert.tier != Tier.WATCH
    return was_told and (alert.state in ("open", "acknowledged") or alert.outcome is not None)


def _standing_visit(alert: Alert) -> UUID | None:
    """The visit that the outcome before was stored as, unless the person has deleted it from their diary."""
    if alert.visit_id is None:
        return None
    stands = EventRow.objects.filter(patient_id=alert.patient_id, id=alert.visit_id, deleted=False).exists()
    return alert.visit_id if stands else None


def _move_visit(patient: Patient, actor_id: UUID, before: UUID | None, after: UUID | None, now: datetime) -> None:
    changes = [] if before is None else [Change("event", before, None)]
    if after is not None:
        today = local_date(patient, now=now)
        changes.append(Change("event", after, Event(id=after, kind="doctor_visit", date=today, about_this_pain=True)))
    if changes:
        record_changes(patient_id=patient.pk, actor_id=actor_id, changes=changes, now=now)
