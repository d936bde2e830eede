"""What happens if no one acts, and that nothing happens once someone has."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import connections, transaction

from alerts.acting.acknowledge import acknowledge
from alerts.acting.due_steps import take_due_steps
from alerts.delivery.outbox import Turn, insert
from alerts.delivery.recipients import recipients_of
from alerts.delivery.routes import first_routes
from alerts.escalation.plan import DEFAULT, Group, Order, Policy
from alerts.escalation.policy import change_policy
from alerts.models import Alert, Delivery, EscalationStep
from alerts.screening.diary import screen_diary
from diary.models import Caregiver
from tests.alerts.acting.rounds import nights, sweep, told
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import (
    NOON,
    bloody_cough,
    days_ago,
    delete,
    nights_that_no_tablet_helped,
    saddle_numbness,
    write,
)
from tests.cast import Person
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def one_after_the_other(alice: Person, *who: list[str], wait_minutes: int = 60, rounds: int = 1) -> None:
    """Alice's policy for a visit to the doctor."""
    order = Order([Group(group, wait_minutes) for group in who], rounds)
    policy = Policy(DEFAULT.emergency, DEFAULT.urgent, order)
    change_policy(patient_id=alice.patient_id, actor_id=alice.id, given=policy, expected=None, now=NOON)


def test_an_emergency_that_nobody_acts_on_is_told_again_to_everyone(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "alerts")
    write(alice, saddle_numbness())
    for minutes in range(0, 60, 5):
        sweep(NOON + minutes * MINUTE)
    assert told() == [
        *[("raised", "Alice"), ("raised", "Bob")],
        *[("escalated", "Alice"), ("escalated", "Bob")] * 2,
    ]


def test_nothing_happens_before_it_is_due(alice: Person) -> None:
    write(alice, saddle_numbness())
    sweep(NOON + 15 * MINUTE - timedelta(seconds=1))
    assert told() == [("raised", "Alice")]


def test_a_sweep_that_runs_twice_tells_once(alice: Person) -> None:
    write(alice, saddle_numbness())
    sweep(NOON + 15 * MINUTE)
    sweep(NOON + 15 * MINUTE)
    assert told() == [("raised", "Alice"), ("escalated", "Alice")]


def test_what_can_wait_goes_from_group_to_group_as_the_owner_wants_it(
    alice: Person, bob: Person, charlie: Person
) -> None:
    bobs, charlies = bob.cares_for(alice, "alerts"), charlie.cares_for(alice, "alerts")
    one_after_the_other(alice, ["me"], [str(charlies.pk)], [str(bobs.pk)])
    alert = nights(alice)
    assert told(alert) == [("raised", "Alice")]
    sweep(NOON + 60 * MINUTE)
    sweep(NOON + 120 * MINUTE)
    assert told(alert) == [("raised", "Alice"), ("escalated", "Charlie"), ("escalated", "Bob")]


def test_what_is_still_owed_to_the_first_is_not_dropped_for_the_next(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "alerts")
    one_after_the_other(alice, ["me"], [str(place.pk)])
    alert = nights(alice)
    sweep(NOON + 60 * MINUTE)
    assert set(alert.deliveries.values_list("recipient__name", "state")) == {("Alice", "owed"), ("Bob", "owed")}


def test_a_policy_that_changes_later_moves_nothing(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "alerts")
    one_after_the_other(alice, ["me"], [str(place.pk)])
    alert = nights(alice)
    planned = list(alert.steps.order_by("place").values_list("due_at", "to"))
    one_after_the_other(alice, ["me", "caregivers"], wait_minutes=5, rounds=9)
    assert list(alert.steps.order_by("place").values_list("due_at", "to")) == planned


def test_after_two_weeks_everyone_of_that_day_is_reminded_once(alice: Person, bob: Person) -> None:
    alert = nights(alice)
    bob.cares_for(alice, "alerts")
    sweep(NOON + timedelta(days=14) - MINUTE)
    assert told(alert) == [("raised", "Alice")]
    for days in range(14, 60):
        sweep(NOON + timedelta(days=days))
    assert told(alert) == [("raised", "Alice"), ("reminder", "Alice"), ("reminder", "Bob")]


def test_a_caregiver_who_left_is_skipped_when_it_is_sent_and_visibly(
    alice: Person, bob: Person, mailbox: MailReceiver
) -> None:
    place = bob.cares_for(alice, "alerts")
    write(alice, saddle_numbness())
    deliver_all()
    Caregiver.objects.filter(pk=place.pk).update(state="ended", ended_at=NOON)
    sweep(NOON + 15 * MINUTE)
    deliver_all(NOON + 15 * MINUTE)
    assert len(mailbox.sent_to(alice.email)) == 2
    assert len(mailbox.sent_to(bob.email)) == 1
    skipped = Delivery.objects.get(recipient=bob.user, step="escalated")
    assert (skipped.state, skipped.last_error) == ("dropped", "no consent")


def test_an_acknowledgement_by_anyone_ends_it_for_everyone(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "alerts")
    write(alice, saddle_numbness())
    alert = Alert.objects.get()
    acknowledge(patient_id=alice.patient_id, alert_id=alert.pk, actor_id=bob.id, now=NOON)
    assert set(alert.deliveries.values_list("state", "last_error")) == {("dropped", "alert acknowledged")}
    rounds = alert.steps.filter(step__in=["escalated", "reminder"])
    assert set(rounds.values_list("taken_at", "dropped_at")) == {(None, NOON)}
    for minutes in range(60):  # then "Were you seen?" is asked
        sweep(NOON + minutes * MINUTE)
        deliver_all(NOON + minutes * MINUTE)
    assert mailbox.received == []


def test_a_withdrawal_ends_it_and_the_correction_still_goes_out(alice: Person, mailbox: MailReceiver) -> None:
    numb = saddle_numbness()
    write(alice, numb)
    deliver_all()
    delete(alice, numb)
    screen_diary(patient_id=alice.patient_id, now=NOON)
    sweep(NOON + 15 * MINUTE)
    deliver_all(NOON + 15 * MINUTE)
    assert told() == [("raised", "Alice"), ("withdrawn", "Alice")]
    assert len(mailbox.received) == 2


def test_a_step_whose_alert_is_not_open_any_more_is_dropped_even_if_nobody_said_so(alice: Person) -> None:
    write(alice, saddle_numbness())
    Alert.objects.update(state="acknowledged", acknowledged_at=NOON)
    sweep(NOON + 15 * MINUTE)
    assert told() == [("raised", "Alice")]
    assert EscalationStep.objects.filter(dropped_at=NOON + 15 * MINUTE).count() == 1


def test_a_higher_tier_begins_a_plan_of_its_own(alice: Person) -> None:
    write(alice, saddle_numbness(days_ago(40)))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    write(alice, saddle_numbness(), now=NOON + MINUTE)
    alert = Alert.objects.get()
    assert list(alert.steps.filter(dropped_at=None).order_by("place").values_list("step", "due_at")) == [
        ("told", NOON),
        ("told", NOON + MINUTE),
        ("escalated", NOON + 16 * MINUTE),
        ("escalated", NOON + 31 * MINUTE),
        ("reminder", NOON + MINUTE + timedelta(days=14)),
    ]


def test_after_two_hours_away_it_catches_up_once_and_the_waits_stay(alice: Person) -> None:
    write(alice, saddle_numbness())
    back = NOON + timedelta(hours=2)
    sweep(back)
    sweep(back)
    assert told() == [("raised", "Alice"), ("escalated", "Alice")]
    sweep(back + 15 * MINUTE - timedelta(seconds=1))
    assert len(told()) == 2
    sweep(back + 15 * MINUTE)
    assert len(told()) == 3


def test_a_watch_is_planned_for_nobody(alice: Person) -> None:
    write(alice, *nights_that_no_tablet_helped(weeks=1))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    assert Alert.objects.get().tier == "watch"
    assert not EscalationStep.objects.exists()


def elsewhere(work: Callable[[], None]) -> Callable[[], None]:
    """The same over a connection of its own."""

    def with_connection() -> None:
        try:
            work()
        finally:
            connections.close_all()

    return with_connection


@pytest.mark.django_db(transaction=True)
def test_four_sweepers_at_once_take_each_step_once() -> None:
    people = [Person(f"Patient{number}") for number in range(6)]
    for person in people:
        write(person, saddle_numbness(), bloody_cough())
    together = Barrier(4)

    def sweeper() -> None:
        together.wait(10)
        sweep(NOON + timedelta(hours=2))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(elsewhere(sweeper)) for _ in range(4)]:
            done.result()
    for alert in Alert.objects.all():
        assert [step for step, _ in told(alert)] == ["raised", "escalated"]
    assert EscalationStep.objects.filter(step="escalated", taken_at__isnull=False).count() == 12


@pytest.mark.django_db(transaction=True)
def test_a_write_that_is_news_and_the_next_channel_of_an_alert_do_not_wait_for_each_other(alice: Person) -> None:
    write(alice, saddle_numbness(days_ago(40)))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    holds, waits = Event(), Event()

    def next_channel() -> None:
        """As `alerts.delivery.next_channel` does: the alert first, then a delivery of it."""
        with transaction.atomic():
            alert = Alert.objects.select_for_update(no_key=True).get()
            holds.set()
            waits.wait(10)
            time.sleep(0.3)
            routes = first_routes(alert=alert, recipients=recipients_of(alice.patient_id))
            insert([Turn(alert, "raised", 99, routes)], NOON)

    def note_again() -> None:
        write(alice, saddle_numbness())

    with ThreadPoolExecutor(2) as pool:
        following = pool.submit(elsewhere(next_channel))
        assert holds.wait(10)
        writing = pool.submit(elsewhere(note_again))
        waits.set()
        following.result()
        writing.result()
    assert Alert.objects.get().tier == "emergency"
    assert Delivery.objects.filter(turn=99).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["the step", "the acknowledgement"])
def test_an_acknowledgement_comes_before_a_step_or_after_it(
    alice: Person, mailbox: MailReceiver, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(alice, saddle_numbness())
    deliver_all()
    alert = Alert.objects.get()
    due = NOON + 15 * MINUTE
    holds, goes_on = Event(), Event()

    def act() -> None:
        acknowledge(patient_id=alice.patient_id, alert_id=alert.pk, actor_id=alice.id, now=due)

    def step() -> None:
        take_due_steps(patient_id=alice.patient_id, now=due)

    def hold(work: Callable[[], None]) -> None:
        with transaction.atomic():
            work()
            holds.set()
            goes_on.wait(10)

    one, other = (step, act) if first == "the step" else (act, step)
    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(elsewhere(lambda: hold(one)))
        assert holds.wait(10)
        waiting = pool.submit(elsewhere(other))
        time.sleep(0.2)
        assert not waiting.done()
        goes_on.set()
        holding.result()
        waiting.result()
    deliver_all(due + timedelta(days=1))
    assert len(mailbox.received) == 1
    alert.refresh_from_db()
    assert alert.state == "acknowledged"
    states = dict(alert.deliveries.values_list("step", "state"))
    assert states == {"raised": "sent"} | ({"escalated": "dropped"} if first == "the step" else {})
