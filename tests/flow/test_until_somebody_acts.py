"""With real workers: no one acts, and everyone is told again; someone acts, and not one more message is sent."""

import random
import time
from datetime import timedelta

import pytest
from celery import Celery
from django.conf import settings
from django.utils import timezone

from alerts.acting.acknowledge import acknowledge
from alerts.models import Alert, Delivery, EscalationStep
from tests.cast import Person
from tests.flow.kill import write_numbness
from tests.receiver import Received
from tests.service import Service

pytestmark = pytest.mark.timeout(180)
ROUNDS = ("told", "escalated", "reminder")
"""What is planned until someone acts."""
SWEEPS = ("alerts.tasks.sweep_escalations", "alerts.tasks.sweep_deliveries")


def a_quarter_of_an_hour_goes_by() -> None:
    """Whatever is planned within it is due now."""
    untaken = EscalationStep.objects.filter(taken_at=None, dropped_at=None)
    soon = untaken.filter(due_at__lte=timezone.now() + timedelta(minutes=15))
    soon.update(due_at=timezone.now())


def sweep(*, times: int = 1) -> None:
    """What beat sends, by four of them at once."""
    with Celery(broker=settings.REDIS_URL, set_as_current=False) as app:
        for _ in range(times):
            for task in SWEEPS * 4:
                app.send_task(task, queue="delivery")
            time.sleep(0.5)


def wait_for(service: Service, address: str, mails: int) -> None:
    """Raises TimeoutError."""
    deadline = time.monotonic() + 60
    while len(service.mailbox.sent_to(address)) < mails:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(service.mailbox.sent_to(address))} of {mails} mails")
        time.sleep(0.05)


def wait_until_settled() -> None:
    """Nothing is owed or being sent any more. Raises TimeoutError."""
    deadline = time.monotonic() + 60
    while Delivery.objects.filter(state__in=["owed", "sending"]).exists():
        if time.monotonic() > deadline:
            raise TimeoutError("there is still something to send")
        time.sleep(0.05)


def test_everyone_is_told_again_until_a_caregiver_acts(service: Service) -> None:
    alice, bob = Person("Alice"), Person("Bob")
    bob.cares_for(alice, "alerts")
    service.start_worker(concurrency=2)
    write_numbness(alice)
    for round_ in (1, 2):
        wait_for(service, alice.email, round_)
        wait_for(service, bob.email, round_)
        a_quarter_of_an_hour_goes_by()
        if round_ == 1:
            sweep()
    alert = Alert.objects.get()
    assert bob.post(f"patients/{alice.patient_id}/alerts/{alert.pk}/acknowledge", {}).status == 200
    EscalationStep.objects.filter(step__in=ROUNDS).update(due_at=timezone.now())
    sweep(times=6)
    assert len(service.mailbox.received) == 5
    assert "Bob is helping you now" in service.mailbox.received[-1].text
    rounds = alert.steps.filter(step__in=ROUNDS).order_by("place")
    assert [step.dropped_at is None for step in rounds] == [True, True, False, False]


@pytest.mark.nightly
def test_no_send_begins_after_an_acknowledgement(service: Service) -> None:
    """Acknowledged at any moment of a sending that is slow: just what was on its way then still arrives."""

    def slowly(_: Received) -> None:
        time.sleep(0.02)

    service.mailbox.before_answer = slowly
    people = [Person(f"Patient{number}") for number in range(24)]
    service.start_worker(concurrency=2)
    for person in people:
        write_numbness(person)
    a_quarter_of_an_hour_goes_by()
    sweep()
    allowed = {}
    for person in random.sample(people, len(people)):
        alert = Alert.objects.get(patient=person.patient_id)
        acknowledge(patient_id=person.patient_id, alert_id=alert.pk, actor_id=person.id, now=timezone.now())
        told = Delivery.objects.filter(alert=alert).values_list("state", flat=True)
        allowed[person.email] = len([state for state in told if state in ("sent", "sending")])
        time.sleep(0.01)
    EscalationStep.objects.filter(step__in=ROUNDS).update(due_at=timezone.now())
    wait_until_settled()
    sweep(times=6)
    sent = {person.email: len(service.mailbox.sent_to(person.email)) for person in people}
    assert {email: count for email, count in sent.items() if count > allowed[email]} == {}
