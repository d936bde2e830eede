"""The way of a telling: the first channel that reaches someone, the next when it fails, all when it is pressing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connections
from pytest_django import Settings

from alerts import channels, tasks
from alerts.acting.acknowledge import acknowledge
from alerts.channels import ChannelError
from alerts.delivery.next_channel import follow, unseen_deliveries
from alerts.delivery.send import deliver
from alerts.delivery.turns import due_deliveries
from alerts.models import Alert, Delivery
from alerts.screening.diary import screen_diary
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, saddle_numbness, write
from tests.alerts.pagers import Machine, Pager, WatchedPager
from tests.cast import Person
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db

DEAD = ChannelError("unregistered", gone=True)


class Ways:
    """A watched pager first, then a plain one, then mail; and a machine beside."""

    def __init__(self) -> None:
        self.watched, self.plain, self.machine = WatchedPager(), Pager(), Machine()


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Ways:
    ways = Ways()
    known: Any = channels.CHANNELS
    monkeypatch.setitem(known, "watched", ways.watched)
    monkeypatch.setitem(known, "plain", ways.plain)
    monkeypatch.setitem(known, "machine", ways.machine)
    settings.ALERT_CHANNELS = ["watched", "plain", "email", "machine"]
    return ways


def pattern_found(person: Person) -> Alert:
    """An alert that can wait."""
    write(person, *nights_that_no_tablet_helped())
    screen_diary(patient_id=person.patient_id, now=NOON)
    return Alert.objects.get(patient=person.patient_id, rule="night_rest_not_responding")


def deliver_all(hours: float = 0) -> None:
    now = NOON + timedelta(hours=hours)
    for delivery_id in list(due_deliveries(now=now).values_list("pk", flat=True)):
        deliver(delivery_id=delivery_id, now=now)


def follow_unseen(hours: float) -> None:
    now = NOON + timedelta(hours=hours)
    for delivery_id in list(unseen_deliveries(now=now).values_list("pk", flat=True)):
        follow(delivery_id=delivery_id, now=now)


def deliver_alone(delivery_id: UUID) -> None:
    try:
        deliver(delivery_id=delivery_id, now=NOON)
    finally:
        connections.close_all()


def told() -> dict[tuple[str, str], str]:
    """The state of each delivery by channel and endpoint."""
    return {(one.channel, one.endpoint): one.state for one in Delivery.objects.all()}


def test_what_can_wait_goes_through_the_first_channel_that_reaches_the_person(alice: Person, ways: Ways) -> None:
    ways.plain.pagers[alice.id] = ["red"]
    pattern_found(alice)
    assert told() == {("plain", "red"): "owed"}


def test_what_cannot_wait_goes_through_all_of_them_at_once(alice: Person, ways: Ways) -> None:
    ways.plain.pagers[alice.id], ways.watched.pagers[alice.id] = ["red"], ["blue"]
    write(alice, saddle_numbness())
    assert set(told()) == {("plain", "red"), ("watched", "blue"), ("email", "")}


def test_all_endpoints_of_a_channel_are_told(alice: Person, ways: Ways) -> None:
    ways.plain.pagers[alice.id] = ["red", "green"]
    pattern_found(alice)
    deliver_all()
    assert told() == {("plain", "red"): "sent", ("plain", "green"): "sent"}


def test_the_persons_own_order_counts(alice: Person, ways: Ways) -> None:
    ways.plain.pagers[alice.id] = ["red"]
    alice.patch("preferences", {"channels": {"see_doctor": ["email", "plain"]}})
    pattern_found(alice)
    assert told() == {("email", ""): "owed"}


def test_a_machine_is_told_beside_and_never_instead(alice: Person, ways: Ways, mailbox: MailReceiver) -> None:
    ways.machine.pagers[alice.id] = ["server"]
    mailbox.before_answer = lambda _: "550 no such user"
    pattern_found(alice)
    assert told() == {("email", ""): "owed", ("machine", "server"): "owed"}
    deliver_all()
    assert told() == {("email", ""): "failed", ("machine", "server"): "sent"}


def test_a_machine_that_fails_is_not_followed_by_a_channel_to_the_person(alice: Person, ways: Ways) -> None:
    ways.machine.pagers[alice.id], ways.plain.pagers[alice.id] = ["server"], ["red"]
    ways.machine.refuses["server"] = ChannelError("410", gone=True)
    pattern_found(alice)
    deliver_all()
    assert told() == {("machine", "server"): "failed", ("plain", "red"): "sent"}


def test_the_next_channel_follows_at_once_when_one_is_exhausted(
    alice: Person, ways: Ways, mailbox: MailReceiver
) -> None:
    ways.plain.pagers[alice.id] = ["red"]
    ways.plain.refuses["red"] = ChannelError("out of range")
    pattern_found(alice)
    deliver_all()
    assert told() == {("plain", "red"): "owed"}
    deliver_all(hours=1)
    assert told() == {("plain", "red"): "failed", ("email", ""): "owed"}
    deliver_all(hours=1)
    assert len(mailbox.sent_to(alice.email)) == 1


def test_an_endpoint_that_is_gone_is_retired_and_the_others_go_on(alice: Person, ways: Ways) -> None:
    ways.plain.pagers[alice.id] = ["red", "green"]
    ways.plain.refuses["red"] = DEAD
    pattern_found(alice)
    deliver_all()
    assert told() == {("plain", "red"): "failed", ("plain", "green"): "sent"}
    assert ways.plain.retired == ["red"]


def test_the_last_endpoint_to_die_brings_the_next_channel(alice: Person, ways: Ways) -> None:
    ways.plain.pagers[alice.id] = ["red", "green"]
    ways.plain.refuses = {"red": DEAD, "green": DEAD}
    pattern_found(alice)
    deliver_all()
    assert told() == {("plain", "red"): "failed", ("plain", "green"): "failed", ("email", ""): "owed"}


def test_what_nobody_looked_at_is_followed_by_another_channel_once(alice: Person, ways: Ways) -> None:
    ways.watched.pagers[alice.id], ways.plain.pagers[alice.id] = ["blue"], ["red"]
    pattern_found(alice)
    deliver_all()
    follow_unseen(hours=3.9)
    assert told() == {("watched", "blue"): "sent"}
    follow_unseen(hours=4)
    follow_unseen(hours=5)
    follow_unseen(hours=4)
    follow_unseen(hours=5)
    assert told() == {("watched", "blue"): "sent", ("plain", "red"): "owed"}


def test_who_follows_many_gives_the_worker_back_in_between(
    alice: Person, ways: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways.watched.pagers[alice.id], ways.plain.pagers[alice.id] = ["blue"], ["red"]
    pattern_found(alice)
    deliver_all()
    nudged: list[str] = []
    monkeypatch.setattr(tasks, "nudge", nudged.append)
    with time_machine.travel(NOON + timedelta(hours=5)):
        monkeypatch.setattr(tasks, "SENDING_FOR_SECONDS", 0)
        tasks.follow_unseen()
        assert (nudged, told()) == (["alerts.tasks.follow_unseen"], {("watched", "blue"): "sent"})
        monkeypatch.setattr(tasks, "SENDING_FOR_SECONDS", 5)
        tasks.follow_unseen()
    assert told() == {("watched", "blue"): "sent", ("plain", "red"): "owed"}
    assert len(nudged) == 1


def test_what_somebody_opened_is_not_followed(alice: Person, ways: Ways) -> None:
    ways.watched.pagers[alice.id] = ["blue"]
    pattern_found(alice)
    deliver_all()
    Delivery.objects.update(delivered_at=NOON, opened_at=NOON, follow_up_at=None)
    follow_unseen(hours=5)
    assert told() == {("watched", "blue"): "sent"}


def test_a_receipt_that_overtakes_our_own_record_leaves_nothing_to_follow(alice: Person, ways: Ways) -> None:
    ways.watched.pagers[alice.id] = ["blue"]
    pattern_found(alice)
    Delivery.objects.update(delivered_at=NOON, opened_at=NOON)
    deliver_all()
    assert Delivery.objects.values_list("state", "follow_up_at").get() == ("sent", None)


def test_nothing_follows_an_acknowledgement(alice: Person, ways: Ways) -> None:
    ways.watched.pagers[alice.id] = ["blue"]
    alert = pattern_found(alice)
    deliver_all()
    acknowledge(patient_id=alice.patient_id, alert_id=alert.pk, actor_id=alice.id, now=NOON)
    follow_unseen(hours=5)
    assert told() == {("watched", "blue"): "sent"}


def test_an_acknowledgement_drops_what_is_still_owed(alice: Person, bob: Person, ways: Ways) -> None:
    bob.cares_for(alice, "alerts")
    alert = pattern_found(alice)
    acknowledge(patient_id=alice.patient_id, alert_id=alert.pk, actor_id=bob.id, now=NOON)
    dropped = Delivery.objects.values_list("state", "last_error")
    assert set(dropped) == {("dropped", "alert acknowledged")}


def test_whom_no_channel_reaches_is_seen_by_everyone_not_to_have_been_told(alice: Person, ways: Ways) -> None:
    EmailAddress.objects.update(verified=False)
    pattern_found(alice)
    deliver_all()
    assert Delivery.objects.values_list("channel", "state", "last_error").get() == (
        "email",
        "failed",
        "no verified address",
    )


def test_an_endpoint_that_the_person_took_back_meanwhile_is_followed(alice: Person, ways: Ways) -> None:
    ways.plain.pagers[alice.id] = ["red"]
    pattern_found(alice)
    ways.plain.pagers[alice.id] = []
    deliver_all()
    follow_unseen(hours=0)
    assert told()[("plain", "red")] == "failed"


@pytest.mark.django_db(transaction=True)
def test_endpoints_that_die_at_the_same_moment_bring_the_next_channel_once(alice: Person, ways: Ways) -> None:
    pagers = [f"pager {number}" for number in range(4)]
    ways.plain.pagers[alice.id], ways.plain.refuses = list(pagers), dict.fromkeys(pagers, DEAD)
    together = Barrier(len(pagers))
    ways.plain.before_answer = together.wait
    pattern_found(alice)
    with ThreadPoolExecutor(len(pagers)) as workers:
        list(workers.map(deliver_alone, Delivery.objects.values_list("pk", flat=True)))
    assert told() == {("plain", pager): "failed" for pager in pagers} | {("email", ""): "owed"}
