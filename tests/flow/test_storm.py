"""Workers die, the broker is flushed, silent and full, everything runs twice: nothing is lost, and little comes twice.

`make chaos` runs the same for minutes, with 2,000 alerts and 50 kills.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from alerts.escalation import plan as escalation_plan
from alerts.models import Alert, Delivery, EscalationStep
from backend.local.embedded.valkey import Valkey
from tests.cast import Person
from tests.flow.acting import turns
from tests.flow.hurry import ASKED_AFTER
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


GOES_ON = ("another sign", "the same sign", "nothing", "not_yet", "seen")
"""What comes after someone took an alert on, in turn: the patient writes, someone answers, or no one does."""


@pytest.fixture
def storm(transactional_db: None, own_valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storm]:
    """The service on a broker of its own; who took something on is asked soon, also when they did so here."""
    monkeypatch.setattr(escalation_plan, "ASKED_AFTER", ASKED_AFTER)
    with Service() as service:
        yield Storm(service, own_valkey)


@pytest.mark.parametrize(
    "weather",
    [
        pytest.param(SQUALL, marks=[pytest.mark.timeout(300), pytest.mark.nightly], id="short"),
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
    assert_one_message_each(storm)
    assert_everything_arrived(storm)
    assert_copies_were_in_flight(storm)
    assert_nothing_after_an_acknowledgement(storm)
    assert_what_follows_is_what_was_done(storm)
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
    """Between any two faults some people write, someone acts on an alert, and the workers get going."""
    faults: list[Callable[[], None]] = [storm.kill] * (weather.kills - 2 * weather.worst)
    faults += [lambda: spring(storm, storm.kill_before_the_next_is_sent)] * weather.worst
    faults += [lambda: spring(storm, storm.kill_before_the_next_is_recorded)] * weather.worst
    faults += [storm.flush, lambda: storm.freeze(weather.silent_seconds), lambda: storm.fill(weather.full_seconds)]
    storm.chance.shuffle(faults)
    diaries = {person.patient_id: person for person in people}
    storm.service.mailbox.before_answer = lambda _: time.sleep(0.02)
    for number, fault in enumerate(faults):
        batch = people[number :: len(faults)]
        with ThreadPoolExecutor(1) as beside:
            written = beside.submit(write_all, storm, batch)
            wait_for_more_mail(storm)
            time.sleep(storm.chance.random() / 5)
            fault()
            written.result()
        act_on_one(storm, diaries, GOES_ON[number % len(GOES_ON)])


def write_all(storm: Storm, people: list[Person]) -> None:
    """Most of them danger signs, which are found in the write; some a pattern, which is found in the background."""
    for number, person in enumerate(people):
        if number % 5 == 4:
            storm.write_nights(person)
        elif number % 5 == 3:
            storm.write(person, "saddle_numbness", "coughing_blood")
        else:
            storm.write(person, "saddle_numbness")


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


def act_on_one(storm: Storm, people: Mapping[UUID, Person], then: str) -> None:
    """Someone takes an alert on, most likely one that is just being told; `then` says how it goes on."""
    alerts = Alert.objects.filter(state="open").exclude(tier="watch").order_by("-opened_at")
    alert = (alerts.filter(rule="cauda_equina") if "sign" in then else alerts).first()
    if alert is None:
        return
    acting, person = storm.acting, people[alert.patient_id]
    acting.take_on(alert)
    if then == "another sign" and (sign := acting.another_sign(alert)):
        storm.write(person, sign)
        assert_news_opened_it_again(alert)
    elif then in ("seen", "not_yet"):
        acting.answer(alert, then)
    else:
        if then == "the same sign":
            storm.write(person, "saddle_numbness")
        acting.forget(alert)


def assert_news_opened_it_again(alert: Alert) -> None:
    """In the write itself, and not only once no one has answered "Were you seen?"."""
    alert.refresh_from_db(fields=["state"])
    assert alert.state == "open"


def assert_every_write_was_answered(storm: Storm, *, within: float) -> None:
    assert storm.seen.refused == []
    ranked = sorted(storm.seen.seconds)
    assert ranked[int(0.99 * len(ranked))] < within


def assert_one_alert_each(people: list[Person]) -> None:
    raised = Counter(Alert.objects.exclude(tier="watch").values_list("patient__user", "rule"))
    assert set(raised.values()) == {1}
    assert {user for user, _ in raised} == {one.id for one in people}


def assert_one_message_each(storm: Storm) -> None:
    """Of all that one write, one step or one person says about several alerts."""
    messages: dict[tuple[UUID, datetime, str], set[UUID]] = {}
    for delivery in Delivery.objects.exclude(step="withdrawn"):
        together = (delivery.recipient_id, delivery.created_at, delivery.step)
        messages.setdefault(together, set()).add(delivery.message)
    assert {together: ids for together, ids in messages.items() if len(ids) > 1} == {}
    assert Delivery.objects.count() > len(messages)


def assert_everything_arrived(storm: Storm) -> None:
    """What was said last of every open alert; of an escalation in a long storm some may be on its way."""
    message_of = dict(Delivery.objects.values_list("pk", "message"))
    arrived = {message_of[delivery] for delivery in copies(storm.service.mailbox)}
    told = Delivery.objects.exclude(step="escalated")
    unsent = told.filter(alert__state="open", turn=F("alert__turn")).exclude(state="sent")
    assert list(unsent.values_list("step", "state", "attempts", "last_error")) == []
    assert set(told.filter(state="sent").values_list("message", flat=True)) <= arrived


def assert_copies_were_in_flight(storm: Storm) -> None:
    in_flight = Counter(id_ for at_a_kill in storm.seen.in_flight for id_ in at_a_kill)
    arrived = copies(storm.service.mailbox)
    assert {id_: count for id_, count in arrived.items() if count > 1 + in_flight[id_]} == {}


def assert_nothing_after_an_acknowledgement(storm: Storm) -> None:
    """Of what was owed before it, only what was being sent at that moment arrives, and once."""
    deliveries = {delivery.pk: delivery for delivery in Delivery.objects.all()}
    late: Counter[UUID] = Counter()
    for received in storm.service.mailbox.received:
        delivery = deliveries[delivery_of(received)]
        for done in storm.acting.acknowledged.get(delivery.alert_id, []):
            if received.accepted_at > done.second and delivery.created_at < done.at:
                late[delivery.pk] += 1
                assert delivery.pk in done.in_flight
    assert set(late.values()) <= {1}
    assert storm.acting.acknowledged


def assert_what_follows_is_what_was_done(storm: Storm) -> None:
    """Each acknowledgement is said once, to the others; it opens again as often as it must, and never otherwise."""
    acting = storm.acting
    by = {(alert, done.at): done.by for alert, all_of_it in acting.acknowledged.items() for done in all_of_it}
    said = Delivery.objects.filter(step="acknowledged").values_list("alert", "created_at", "recipient")
    assert [one for one in said if by[one[:2]] == one[2]] == []
    assert len(said) == len(set(said))
    assert turns("again") == acting.opens_again
    assert {alert: turns("question")[alert] for alert in acting.asked} == acting.asked
    assert not Alert.objects.filter(state="acknowledged", tier__in=["emergency", "urgent"]).exists()
    assert Delivery.objects.filter(step__in=["taken_back", "outcome", "tier_raised", "withdrawn"]).count() == 0


def figures(storm: Storm) -> str:
    """What the run was like, for whoever runs it with `make chaos`."""
    arrived, ranked = copies(storm.service.mailbox), sorted(storm.seen.seconds)
    return (
        f"{Alert.objects.count()} alerts, {Delivery.objects.filter(state='sent').count()} deliveries, "
        f"{len(storm.seen.in_flight)} deaths with {sum(map(len, storm.seen.in_flight))} in flight, "
        f"{arrived.total() - len(arrived)} copies, {sum(map(len, storm.acting.acknowledged.values()))} acknowledged, "
        f"{turns('again').total()} opened again, {turns('question').total()} asked, "
        f"writes p99 {ranked[int(0.99 * len(ranked))]:.2f} s, slowest {ranked[-1]:.2f} s"
    )
