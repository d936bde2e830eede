"""What happens if no one acts: the steps that fall due are taken, one at a time, each by one worker only.

A step that is taken late, after the service was away, moves those after it, so that the waits between them stay and
no one hears everything at once.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from alerts.acting.ask_again import ask_again
from alerts.acting.read import still_to_hear
from alerts.acting.reopen import opened_again
from alerts.delivery.outbox import Telling, owe
from alerts.delivery.worth_sending import can_pause
from alerts.escalation.start_and_stop import TAKEN_WHILE, recipients_named, tell, untaken
from alerts.models import EscalationStep
from alerts.models.delivery import Step
from alerts.raising.signs_on_record import has_unsaid_news
from alerts.responses import respond
from alerts.rules.tiers import Tier
from diary.locks import hold_diary
from diary.models import Patient
from diary.reaching.pause import is_paused

_TOLD_AS: Final[Mapping[str, Step]] = {"escalated": "escalated", "reminder": "reminder"}


def due_steps(*, now: datetime) -> QuerySet[EscalationStep]:
    """What is to happen by now, the longest due first."""
    return untaken(EscalationStep.objects.filter(due_at__lte=now)).order_by("due_at", "pk")


@transaction.atomic
def take_due_steps(*, patient_id: UUID, now: datetime) -> None:
    """Take the first due step of each alert of a diary; what they tell one person is one message.

    The patient's row is locked, as by whoever acts on an alert: an acknowledgement comes before a step, and drops it,
    or after it. A step that someone else has in hand is left to them.
    """
    patient = hold_diary(patient_id)
    if patient is None:
        return
    due = due_steps(now=now).filter(patient=patient).order_by("alert", "place").distinct("alert")
    steps = EscalationStep.objects.filter(pk__in=list(due.values_list("pk", flat=True))).select_related("alert")
    due_now = steps.select_for_update(of=("self",), skip_locked=True, no_key=True)
    taken = [step for step in due_now if _take(step, patient, now)]
    owe(*(_said(step, now) for step in taken if step.step in ("question", *_TOLD_AS)), now=now)
    tell(*(_reopened(step, now) for step in taken if step.step == "reopened"), now=now)


def _take(step: EscalationStep, patient: Patient, now: datetime) -> bool:
    """Whether it is taken, and not dropped. Whoever acted has dropped it; the state is looked at all the same."""
    taken = step.alert.state in TAKEN_WHILE[step.step] and not _is_left_out(step, patient, now)
    if taken and step.step == "asked_again":
        taken = ask_again(alert=step.alert, patient=patient, now=now)
    step.taken_at, step.dropped_at = (now, None) if taken else (None, now)
    step.save(update_fields=["taken_at", "dropped_at"])
    return taken


def _is_left_out(step: EscalationStep, patient: Patient, now: datetime) -> bool:
    """Whether a pause leaves it out; so is opening again what no one was asked about."""
    if step.step == "reopened":
        return is_paused(patient, now=now) or not _was_asked(step)
    return can_pause(Tier(step.alert.tier), step.step) and is_paused(patient, now=now)


def _was_asked(step: EscalationStep) -> bool:
    before = step.alert.steps.filter(step="question", place__lt=step.place).order_by("-place").first()
    return before is None or before.dropped_at is None


def _reopened(step: EscalationStep, now: datetime) -> Telling:
    """No one answered: what someone took on opens again."""
    respond(step.alert, "reopened", None, now)
    return Telling(opened_again(step.alert, now=now), "again")


def _said(step: EscalationStep, now: datetime) -> Telling:
    alert = step.alert
    _move_later(step, now - step.due_at)
    if step.step == "question":
        return Telling(alert, "question", recipients_named(step.patient_id, step.to))
    meant = recipients_named(step.patient_id, step.to)
    to = meant if has_unsaid_news(alert) else still_to_hear(alert, meant)
    alert.put_on_record()
    alert.save(update_fields=["on_record"])
    return Telling(alert, _TOLD_AS[step.step], to)


def _move_later(step: EscalationStep, late: timedelta) -> None:
    later = untaken(EscalationStep.objects.filter(alert_id=step.alert_id, place__gt=step.place))
    later.update(due_at=F("due_at") + late)
