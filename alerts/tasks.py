"""What Celery runs: ids in, the clock read, and one call each. Every task is safe when run twice."""

import time
from collections import Counter
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from alerts import auditing
from alerts.acting import due_steps as escalation
from alerts.channels import CHANNELS
from alerts.channels.channel import CALLS
from alerts.courtesy import send as courtesies
from alerts.courtesy.reminders import owe_reminders
from alerts.courtesy.silences import owe_silences
from alerts.delivery import next_channel as following
from alerts.delivery import notices, turns
from alerts.delivery import send as delivery
from alerts.delivery import verify_webhook as verifying
from alerts.delivery.next_in_line import hold_for_account
from alerts.delivery.urgency import most_urgent_first, nudge_delivery
from alerts.nudging import begins, nudge, nudge_for_all
from alerts.outbound.circuit import forget_old_circuits
from alerts.outbound.slots import forget_ended_calls
from alerts.screening import diary as screening

SCREEN_WAITING = "alerts.tasks.screen_waiting"
GO_ON_SCREENING = "alerts.tasks.go_on_screening"
SENDERS = 2
"""So many send courtesies at once, as the worker of their queue has processes."""
SENDING_FOR_SECONDS = 5
"""Then the sweep may have the process: it is wanted within ten."""
SWEPT_AT_ONCE = 5_000
"""As many nudges as one sweep sends: more than a worker does until the next one, and soon published."""


@shared_task
def screen_diary(patient_id: str) -> None:
    """Screen one diary, if it was changed."""
    screening.screen_diary(patient_id=UUID(patient_id), now=timezone.now())


@shared_task
def screen_waiting() -> None:
    """Screen the diaries that were changed a moment ago."""
    _take_a_turn(SCREEN_WAITING)


@shared_task
def go_on_screening() -> None:
    """Take up what the turn before left, without waiting for the next write."""
    _take_a_turn(GO_ON_SCREENING)


def _take_a_turn(task: str) -> None:
    """What is left has another turn, whatever ended this one."""
    begins(task)
    again: float | None = screening.QUIET_SECONDS
    try:
        again = screening.screen_fresh(clock=timezone.now)
    finally:
        if again is not None:
            nudge_for_all(GO_ON_SCREENING, after=again)


@shared_task(expires=60)
def sweep_diaries() -> None:
    """Nudge for each diary by itself that a lost message, or one that ended its worker, left unscreened."""
    waiting = screening.waiting_diaries(now=timezone.now()).values_list("pk", flat=True)
    for patient_id in waiting[:SWEPT_AT_ONCE]:
        if not nudge("alerts.tasks.screen_diary", patient_id):
            return


@shared_task(soft_time_limit=delivery.SENDING_SECONDS * 9 // 10, time_limit=delivery.SENDING_SECONDS)
def deliver(delivery_id: str) -> None:
    """Send one delivery, if it is due."""
    delivery.deliver(delivery_id=UUID(delivery_id), now=timezone.now())


@shared_task(expires=60)
def sweep_deliveries() -> None:
    """Nudge for every delivery that is due, the most urgent first: retries, ended leases, lost messages.

    Of what goes to someone's own servers and browsers only as many as may be called at once: the others are held.
    """
    now, calls, rest = timezone.now(), Counter[UUID](), list[UUID]()
    forget_ended_calls(now=now)
    forget_old_circuits(now=now)
    due = most_urgent_first(turns.due_deliveries(now=timezone.now())).only("channel", "recipient", "alert__tier")
    for one in due[:SWEPT_AT_ONCE]:
        is_call = CHANNELS[one.channel].queue == CALLS
        calls[one.recipient_id] += is_call
        if is_call and calls[one.recipient_id] > settings.OUTBOUND_AT_ONCE["account"]:
            rest.append(one.pk)
        elif not nudge_delivery(one):
            break
    hold_for_account(rest, now=now)


@shared_task(expires=60)
def follow_unseen() -> None:
    """Try the next channel where no one looked, for a while; then others may have the worker."""
    began, now = time.monotonic(), timezone.now()
    for delivery_id in following.unseen_deliveries(now=now).values_list("pk", flat=True)[:SWEPT_AT_ONCE]:
        if time.monotonic() - began >= SENDING_FOR_SECONDS:
            nudge("alerts.tasks.follow_unseen")
            return
        following.follow(delivery_id=delivery_id, now=now)


@shared_task
def escalate(patient_id: str) -> None:
    """Take the steps of one diary's alerts that are due."""
    escalation.take_due_steps(patient_id=UUID(patient_id), now=timezone.now())


@shared_task(expires=30)
def sweep_escalations() -> None:
    """Nudge for every diary that has alerts on which no one acted in time."""
    due = escalation.due_steps(now=timezone.now()).values_list("patient_id", flat=True)
    for patient_id in dict.fromkeys(due[:SWEPT_AT_ONCE]):
        if not nudge("alerts.tasks.escalate", patient_id):
            return


@shared_task(expires=10)
def sweep_courtesies() -> None:
    """Owe reminders to everyone whose hour it is, tell of silences, and have what is due sent."""
    while owe_reminders(now=timezone.now()) or owe_silences(now=timezone.now()):
        pass
    courtesies.forget_courtesies(now=timezone.now())
    if courtesies.due_courtesies(now=timezone.now()).exists():
        for _ in range(SENDERS):
            nudge("alerts.tasks.send_courtesies")


@shared_task
def send_courtesies() -> None:
    """Send courtesies for a while, as long as any is due; then others may have the worker."""
    began = time.monotonic()
    while time.monotonic() - began < SENDING_FOR_SECONDS:
        if not courtesies.send_courtesies(now=timezone.now()):
            return
    nudge("alerts.tasks.send_courtesies")


@shared_task(soft_time_limit=delivery.SENDING_SECONDS * 9 // 10, time_limit=delivery.SENDING_SECONDS)
def send_notice(notice_id: str) -> None:
    """Send one notice of a change to an account, if it is due."""
    notices.send_notice(notice_id=UUID(notice_id), now=timezone.now())


@shared_task(expires=60)
def sweep_notices() -> None:
    """Nudge for every notice that is due: retries, ended leases, lost messages."""
    for notice_id in notices.due_notices(now=timezone.now()).values_list("pk", flat=True)[:SWEPT_AT_ONCE]:
        if not nudge("alerts.tasks.send_notice", notice_id):
            return


@shared_task
def verify_webhook(key: str) -> None:
    """Send one webhook its challenge, if that is due."""
    verifying.verify(key=UUID(key), now=timezone.now())


@shared_task(expires=10)
def sweep_webhooks() -> None:
    """Nudge for every webhook that is to be asked: new ones, retries, lost messages."""
    for key in verifying.to_verify(now=timezone.now()).values_list("key", flat=True)[:SWEPT_AT_ONCE]:
        if not nudge("alerts.tasks.verify_webhook", key):
            return


@shared_task(expires=60)
def audit() -> None:
    """Look for what was left undone, and mend it."""
    auditing.audit(now=timezone.now(), mend=True)
