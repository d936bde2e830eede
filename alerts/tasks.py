"""What Celery runs: ids in, the clock read, and one call each. Every task is safe when run twice."""

import time
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from alerts import auditing
from alerts.acting import due_steps as escalation
from alerts.channels import CHANNELS
from alerts.courtesy import send as courtesies
from alerts.courtesy.reminders import owe_reminders
from alerts.courtesy.silences import owe_silences
from alerts.delivery import next_channel as following
from alerts.delivery import notices, turns
from alerts.delivery import send as delivery
from alerts.delivery import verify_webhook as verifying
from alerts.delivery.due import nudge_deliveries
from alerts.delivery.urgency import most_urgent_first
from alerts.nudging import begins, nudge, nudge_for_all, rest_of
from alerts.outbound.circuit import forget_old_circuits
from alerts.outbound.slots import forget_ended_calls
from alerts.screening import diary as screening
from alerts.sweeping import SWEPT_AT_ONCE, nudge_in_turn

SCREEN_WAITING = "alerts.tasks.screen_waiting"
GO_ON_SCREENING = "alerts.tasks.go_on_screening"
SENDERS = 2
"""So many send courtesies at once, as the worker of their queue has processes."""
SENDING_FOR_SECONDS = 5
"""Then the sweep may have the process: it is wanted within ten."""
DELIVER = "alerts.tasks.deliver"


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
    nudge_in_turn("alerts.tasks.screen_diary", waiting[:SWEPT_AT_ONCE])


@shared_task(soft_time_limit=delivery.SENDING_SECONDS * 9 // 10, time_limit=delivery.SENDING_SECONDS)
def deliver(delivery_id: str) -> None:
    """Send one delivery, if it is due."""
    delivery.deliver(delivery_id=UUID(delivery_id), now=timezone.now())


@shared_task(expires=60)
def sweep_deliveries() -> None:
    """Nudge for every delivery that is due, the most urgent first: retries, ended leases, lost messages."""
    now = timezone.now()
    forget_ended_calls(now=now)
    forget_old_circuits(now=now)
    for queue in sorted({channel.queue for channel in CHANNELS.values()}):
        names = [name for name, channel in CHANNELS.items() if channel.queue == queue]
        due = most_urgent_first(turns.due_deliveries(now=now).filter(channel__in=names)).values_list("pk", flat=True)
        nudge_in_turn(DELIVER, due[:SWEPT_AT_ONCE], queue=queue, nudge_all=nudge_deliveries)


@shared_task
def go_on_nudging(task: str, rows: list[str], queue: str) -> None:
    """Nudge for the next rows that a sweep found, once the ones before were taken."""
    begins(rest_of(task, queue))
    nudge_all = nudge_deliveries if task == DELIVER else None
    nudge_in_turn(task, [UUID(id_) for id_ in rows], queue=queue, nudge_all=nudge_all)


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
    nudge_in_turn("alerts.tasks.escalate", dict.fromkeys(due[:SWEPT_AT_ONCE]))


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
    due = notices.due_notices(now=timezone.now()).values_list("pk", flat=True)
    nudge_in_turn("alerts.tasks.send_notice", due[:SWEPT_AT_ONCE])


@shared_task
def verify_webhook(key: str) -> None:
    """Send one webhook its challenge, if that is due."""
    verifying.verify(key=UUID(key), now=timezone.now())


@shared_task(expires=10)
def sweep_webhooks() -> None:
    """Nudge for every webhook that is to be asked: new ones, retries, lost messages."""
    asked = verifying.to_verify(now=timezone.now()).values_list("key", flat=True)
    nudge_in_turn("alerts.tasks.verify_webhook", asked[:SWEPT_AT_ONCE])


@shared_task(expires=60)
def audit() -> None:
    """Look for what was left undone, and mend it."""
    auditing.audit(now=timezone.now(), mend=True)
