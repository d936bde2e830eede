"""Workers die, the broker is flushed, silent and full, everything runs twice: nothing is lost, and little comes twice.

`make chaos` runs the same for minutes, with 2,000 alerts and 50 kills.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import inf
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from alerts.models import Alert, Delivery, EscalationStep
from backend.embedded.valkey import Valkey
from tests.cast import Person
from tests.flow.kill import write_numbness
from tests.flow.storm import Storm, copies, delivery_of
from tests.service import Service


@dataclass(frozen=True)
class Weather:
    """How much is written and how much goes wrong."""

    alerts: int
    kills: int
    worst: int
    """Of the two worst moments each."""
    silent_seconds: float
    full_seconds: float
    calms_down_within: float
    answered_within: float
    """Seconds, for 99 of 100 writes; of 60 that is all of them, some while ten processes are starting."""


SQUALL = Weather(
    alerts=60, kills=5, worst=2, silent_seconds=2, full_seconds=2, calms_down_within=90, answered_within=10
)
HURRICANE = Weather(
    alerts=2000, kills=50, worst=10, silent_seconds=60, full_seconds=15, calms_down_within=300, answered_within=2
)


@pytest.fixture
def storm(transactional_db: None, own_valkey: Valkey) -> Iterator[Storm]:
    """The service on a broker of its own."""
    with Service() as service:
        yield Storm(service, own_valkey)


@pytest.mark.parametrize(
    "weather",
    [
        pytest.param(SQUALL, marks=pytest.mark.timeout(300), id="short"),
        pytest.param(HURRICANE, marks=[pytest.mark.timeout(2400), pytest.mark.chaos], id="long"),
    ],
)
def test_nothing_is_lost_and_nothing_comes_twice_but_what_was_in_flight(storm: Storm, weather: Weather) -> None:
    bob = Person("Bob")
    people = [Person(f"Patient{number}") for number in range(weather.alerts)]
    for person in people[::10]:
        bob.cares_for(person, "alerts")
    with storm.raging():
        rage(storm, people, weather)
        storm.calms_down(within=weather.calms_down_within)
    assert_every_write_was_answered(storm, within=weather.answered_within)
    assert_one_alert_each(people)
    assert_everything_arrived(storm)
    assert_copies_were_in_flight(storm)
    assert_nothing_after_an_acknowledgement(storm)
    sys.stdout.write(f"\n{figures(storm)}\n")


def test_the_database_itself_refuses_a_second_open_alert_and_a_second_delivery(transactional_db: None) -> None:
    """Whatever the code does: the locks of the storm are one wall, and this is the other."""
    write_numbness(Person("Alice"))
    for row in (Alert.objects.get(), Delivery.objects.get(), EscalationStep.objects.order_by("place")[0]):
        row.pk = None if isinstance(row, EscalationStep) else uuid4()
        row._state.adding = True
        with pytest.raises(IntegrityError, match="duplicate key"), transaction.atomic():
            row.save()


def rage(storm: Storm, people: list[Person], weather: Weather) -> None:
    """Between any two faults some people write, somebody acts on an alert, and the workers get going."""
    faults: list[Callable[[], None]] = [storm.kill] * (weather.kills - 2 * weather.worst)
    faults += [lambda: spring(storm, storm.kill_before_the_next_is_sent)] * weather.worst
    faults += [lambda: spring(storm, storm.kill_before_the_next_is_recorded)] * weather.worst
    faults += [storm.flush, lambda: storm.freeze(weather.silent_seconds), lambda: storm.fill(weather.full_seconds)]
    storm.chance.shuffle(faults)
    storm.service.mailbox.before_answer = lambda _: time.sleep(0.02)
    for number, fault in enumerate(faults):
        batch = people[number :: len(faults)]
        with ThreadPoolExecutor(1) as beside:
            written = beside.submit(write_all, storm, batch)
            wait_for_more_mail(storm)
            time.sleep(storm.chance.random() / 5)
            fault()
            written.result()
        act_on_one(storm)


def write_all(storm: Storm, people: list[Person]) -> None:
    """Most of them a danger sign, which is found in the write; some a pattern, which is found in the background."""
    for number, person in enumerate(people):
        storm.write(person, pattern=number % 5 == 4)


def wait_for_more_mail(storm: Storm) -> None:
    """The workers are up and sending; they may just have been killed."""
    had, deadline = len(storm.service.mailbox.received), time.monotonic() + 15
    while len(storm.service.mailbox.received) == had and time.monotonic() < deadline:
        time.sleep(0.01)


def spring(storm: Storm, trap: Callable[[], None]) -> None:
    """The trap is set, and a mail has gone into it when this returns."""
    before, deadline = len(storm.seen.in_flight), time.monotonic() + 30
    trap()
    while len(storm.seen.in_flight) == before:
        assert time.monotonic() < deadline, "nobody sent anything"
        time.sleep(0.01)


def act_on_one(storm: Storm) -> None:
    """Somebody acknowledges an alert, most likely one that is just being told."""
    alert = Alert.objects.filter(state="open").order_by("-opened_at").select_related("patient").first()
    if alert is not None:
        storm.acknowledge(alert)


def assert_every_write_was_answered(storm: Storm, *, within: float) -> None:
    assert storm.seen.refused == []
    ranked = sorted(storm.seen.seconds)
    assert ranked[int(0.99 * len(ranked))] < within


def assert_one_alert_each(people: list[Person]) -> None:
    raised = Counter(Alert.objects.exclude(tier="watch").values_list("patient__user", "rule"))
    assert set(raised.values()) == {1}
    assert {user for user, _ in raised} == {one.id for one in people}


def assert_everything_arrived(storm: Storm) -> None:
    """Whatever was owed when people wrote; of an escalation that falls due in a long storm some may be on its way."""
    arrived = copies(storm.service.mailbox)
    told = Delivery.objects.exclude(step="escalated")
    unsent = told.filter(alert__state="open").exclude(state="sent")
    assert list(unsent.values_list("step", "state", "attempts", "last_error")) == []
    assert set(told.filter(state="sent").values_list("pk", flat=True)) <= set(arrived)
    assert set(arrived) <= set(Delivery.objects.values_list("pk", flat=True))


def assert_copies_were_in_flight(storm: Storm) -> None:
    in_flight = Counter(id_ for at_a_kill in storm.seen.in_flight for id_ in at_a_kill)
    arrived = copies(storm.service.mailbox)
    assert {id_: count for id_, count in arrived.items() if count > 1 + in_flight[id_]} == {}


def assert_nothing_after_an_acknowledgement(storm: Storm) -> None:
    alerts = dict(Delivery.objects.values_list("pk", "alert_id"))
    late: Counter[UUID] = Counter()
    for received in storm.service.mailbox.received:
        acted_at, in_flight = storm.seen.acknowledged.get(alerts[delivery_of(received)], (inf, set()))
        if received.accepted_at > acted_at:
            late[delivery_of(received)] += 1
            assert delivery_of(received) in in_flight
    assert set(late.values()) <= {1}
    assert storm.seen.acknowledged


def figures(storm: Storm) -> str:
    """What the run was like, for whoever runs it with `make chaos`."""
    arrived, ranked = copies(storm.service.mailbox), sorted(storm.seen.seconds)
    return (
        f"{Alert.objects.count()} alerts, {Delivery.objects.filter(state='sent').count()} deliveries, "
        f"{len(storm.seen.in_flight)} deaths with {sum(map(len, storm.seen.in_flight))} in flight, "
        f"{arrived.total() - len(arrived)} copies, {len(storm.seen.acknowledged)} acknowledged, "
        f"writes p99 {ranked[int(0.99 * len(ranked))]:.2f} s, slowest {ranked[-1]:.2f} s"
    )
