"""A write screens a few episodes, and finds what screening the whole diary would have found."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.acting.acknowledge import acknowledge
from alerts.acting.outcome import give_outcome
from alerts.histories import columns
from alerts.models import Alert, Delivery, Finding
from alerts.raising.findings_to_alerts import raise_alerts
from alerts.raising.moment import Moment
from alerts.rules import history
from alerts.rules.registry import DANGER_SIGNS
from alerts.screening.contributions import MOST_PAIRS
from alerts.screening.diary import found_now, screen_diary
from diary.format.fields import Entry, Event, Resource, Symptoms
from diary.models import Patient
from diary.recording.changes import record_changes
from diary.recording.decision import Change
from tests.alerts.diaries import NOON, TODAY, entry, saddle_numbness, write
from tests.cast import Person

SHOWN = ("rule", "tier", "state", "met_on", "evidence", "signs", "on_record", "opened_at")
HOUR = timedelta(hours=1)
RULES = [rule.id for rule in DANGER_SIGNS]
SIGNS = ("saddle_numbness", "bladder_change", "coughing_blood", "leg_weak", "collapse", "height_loss")


def the_whole_diary(
    *, patient: Patient, rules: Collection[str], now: datetime, quietly: bool, days: object
) -> set[UUID]:
    """What the background does with these rules, in place of a few episodes."""
    found, moment = found_now(patient_id=patient.pk, now=now)
    return raise_alerts(
        patient_id=patient.pk,
        courses=[course for course in found if course.finding.rule in rules],
        moment=Moment(moment.at, moment.zone, quietly),
        among=list(Alert.objects.filter(patient=patient, rule__in=rules).values_list("pk", flat=True)),
    )


class Keeper:
    """Writes a random diary day by day, backwards and forwards, with edits, deletes, visits and what people do."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._written: list[Resource] = []
        self._days = [TODAY - timedelta(days=self._random.randrange(200)) for _ in range(8)]

    def steps(self, count: int) -> Iterator[tuple[str, Any]]:
        for _ in range(count):
            kind = self._random.choices(["put", "move", "delete", "acknowledge", "outcome"], [9, 3, 3, 2, 1])[0]
            if kind == "put":
                changes = [self._new() for _ in range(self._random.choice([1, 1, 1, 3, 4]))]
                yield "write", changes
            elif kind in ("move", "delete"):
                yield "write", [self._changed(kind)] if self._written else []
            else:
                yield kind, self._random.randrange(4)

    def _day(self) -> date:
        near = self._random.choice(self._days) + timedelta(days=self._random.randrange(-20, 21))
        return min(near, TODAY)

    def _new(self) -> Change:
        content = self._content(self._day(), self._id())
        self._written.append(content)
        return Change("event" if isinstance(content, Event) else "entry", content.id, content)

    def _changed(self, kind: str) -> Change:
        old = self._written.pop(self._random.randrange(len(self._written)))
        type_: Any = "event" if isinstance(old, Event) else "entry"
        if kind == "delete":
            return Change(type_, old.id, None)
        new = self._content(self._day(), old.id, like=old)
        self._written.append(new)
        return Change(type_, old.id, new, "*")

    def _content(self, day: date, id_: UUID, like: Resource | None = None) -> Resource:
        choice = self._random.random()
        if isinstance(like, Event) or (like is None and choice < 0.15):
            kind: Any = self._random.choice(["fracture", "fall", "doctor_visit"])
            return Event(
                id=id_, kind=kind, date=day, trauma=None if kind == "doctor_visit" else "minor", site="lower_back"
            )
        said = self._random.sample(SIGNS, self._random.choice([0, 1, 1, 2]))
        pain = self._random.choice([None, 3, 8])
        return entry(
            day, id_=id_, symptoms=Symptoms(**dict.fromkeys(said, True)), worst_pain=pain, sites=["lower_back"]
        )

    def _id(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)


def follow(person: Person, seed: int) -> Iterator[Any]:
    """Do all the steps in the diary; gives what each answer carried, and what is kept once all was screened."""
    for number, (kind, what) in enumerate(Keeper(seed).steps(30)):
        now = NOON + number * HOUR
        if kind == "write":
            recorded = record_changes(patient_id=person.patient_id, actor_id=person.id, changes=what, now=now)
            yield [[one | {"alert": None} for one in outcome.raised] for outcome in recorded.outcomes]
            screen_diary(patient_id=person.patient_id, now=now)
            yield kept(person)
        else:
            act(person, kind, what, now)


def act(person: Person, kind: str, which: int, now: datetime) -> None:
    told = Alert.objects.filter(patient=person.patient_id, rule__in=RULES, state__in=["open", "acknowledged"])
    alerts = sorted(told, key=lambda one: (one.rule, one.met_on, one.state))
    if not alerts:
        return
    alert = alerts[which % len(alerts)]
    if kind == "acknowledge":
        acknowledge(patient_id=person.patient_id, alert_id=alert.pk, actor_id=person.id, now=now)
    else:
        give_outcome(
            patient_id=person.patient_id, alert_id=alert.pk, actor_id=person.id, outcome="not_serious", now=now
        )


def kept(person: Person) -> Any:
    """Everything that is kept and owed about danger signs, without ids."""
    alerts = Alert.objects.filter(patient=person.patient_id, rule__in=RULES)
    findings = Finding.objects.filter(alert__in=alerts)
    deliveries = Delivery.objects.filter(alert__in=alerts)
    return (
        sorted(map(repr, alerts.values_list(*SHOWN))),
        sorted(map(repr, findings.values_list("rule", "met_on", "evidence", "withdrawn_at", "alert__met_on"))),
        sorted(deliveries.values_list("alert__rule", "step", "state")),
    )


@pytest.fixture
def dana(db: None) -> Person:
    """Another patient."""
    return Person("Dana")


@pytest.mark.parametrize("seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(2, 24))])
def test_random_diaries_come_to_the_same(
    alice: Person, dana: Person, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_few_episodes = list(follow(alice, seed))
    monkeypatch.setattr("alerts.screening.danger_signs.screen_episodes", the_whole_diary)
    everything = list(follow(dana, seed))
    assert Alert.objects.filter(patient=alice.patient_id, rule__in=RULES).count() > 3
    assert a_few_episodes == everything


def read_for_a_sign(person: Person, *before: Entry) -> int:
    """How many rows of entries the write of a sign reads."""
    write(person, *before)
    screen_diary(patient_id=person.patient_id, now=NOON)
    read: list[history.Entry] = []

    def counted(json: str | None) -> tuple[columns.StoredEntry, ...]:
        entries = columns.entries_of(json)
        read.extend(entries)
        return entries

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("alerts.histories.window.entries_of", counted)
        write(person, saddle_numbness())
    return len(read)


def test_a_sign_costs_no_more_in_a_longer_diary(alice: Person, dana: Person) -> None:
    short = read_for_a_sign(alice, *(entry(TODAY - timedelta(days=day), worst_pain=2) for day in range(60)))
    long = read_for_a_sign(dana, *(entry(TODAY - timedelta(days=day), worst_pain=2) for day in range(600)))
    assert 0 < long == short


def test_an_episode_that_began_long_ago_stays_one(alice: Person) -> None:
    days = range(400, -1, -14)
    for day in days:
        write(alice, saddle_numbness(TODAY - timedelta(days=day)))
    (alert,) = Alert.objects.all()
    assert (alert.met_on, len(alert.evidence["days"])) == (TODAY - timedelta(days=400), len(days))
    assert Finding.objects.count() == 1


def test_two_dates_far_apart_in_one_batch_do_not_read_what_lies_between(alice: Person) -> None:
    between = [entry(TODAY - timedelta(days=day), worst_pain=2) for day in range(100, 200)]
    write(alice, *between)
    with CaptureQueriesContext(connection) as captured:
        spans = [saddle_numbness(TODAY - timedelta(days=300)), saddle_numbness()]
        write(alice, *spans)
    assert len(captured) < 80
    assert {alert.met_on for alert in Alert.objects.all()} == {one.date for one in spans}


def test_on_a_day_of_many_entries_each_carries_the_signs_of_the_day(alice: Person) -> None:
    write(alice, saddle_numbness(), *(entry(worst_pain=pain) for pain in range(MOST_PAIRS)))
    (outcome,) = write(alice, entry(worst_pain=9)).outcomes
    assert [one["rule"] for one in outcome.raised] == ["cauda_equina"]
