"""Whatever is noted and done in whatever order: all that is news reaches everyone, and nothing else is sent."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, TypedDict
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django import Settings

from alerts import channels
from alerts.acting.acknowledge import NotTheirs, acknowledge, take_back
from alerts.acting.outcome import give_outcome, say_not_yet
from alerts.acting.read import mark_read
from alerts.auditing import audit
from alerts.delivery import send as delivery
from alerts.delivery.recipients import Recipient
from alerts.escalation.newcomers import pressing_alerts, tell_newcomer
from alerts.models import Alert, Delivery
from alerts.screening.diary import screen_diary
from diary.format.fields import Symptoms
from diary.models import Patient
from tests.alerts.danger.matters import RULES, SIGNS, Diary, Matter, Sent
from tests.alerts.danger.story import DAY, HOUR, MINUTE, beat
from tests.alerts.diaries import NOON, edit, entry, write
from tests.alerts.pagers import Pager
from tests.cast import Person

NOTED: Final = st.sets(st.sampled_from(sorted(SIGNS)), min_size=1, max_size=2)
AGES: Final = st.sampled_from([0, 0, 0, 0, 1, 1, 3, 8, 20, 40, 100])
WHO: Final = st.sampled_from(["alice", "bob", "charlie"])
WAITS: Final = st.sampled_from([MINUTE, 6 * MINUTE, 20 * MINUTE, HOUR, 3 * HOUR, 20 * HOUR, 2 * DAY, 8 * DAY, 16 * DAY])
NEWS: Final = {"raised", "again", "tier_raised"}


class Acting(TypedDict):
    """Who acts on which alert."""

    patient_id: UUID
    alert_id: UUID
    actor_id: UUID


class Lives(RuleBasedStateMachine):
    """One diary and its circle; what is sent is compared with the model after every step."""

    pager: Pager

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.now = NOON
        self.people = {name: Person(f"{name}-{uuid4().hex}") for name in ("alice", "bob", "charlie")}
        self.names = {person.id: name for name, person in self.people.items()}
        self.alice = self.people["alice"]
        self.pager.pagers = {person.id: [name] for name, person in self.people.items()}
        self.people["bob"].cares_for(self.alice, "log", now=NOON - DAY)
        self.model = Diary(["alice", "bob"])
        self.sent: set[UUID] = set()

    # What is written

    @rule(signs=NOTED, age=AGES)
    def note(self, signs: set[str], age: int) -> None:
        """A new entry."""
        id_ = UUID(int=len(self.model.entries) + 1, version=4)
        self.put(str(id_), (self.now.date() - age * DAY, frozenset(signs)))

    @precondition(lambda self: self.model.entries)
    @rule(data=st.data(), signs=st.one_of(st.just(set[str]()), NOTED))
    def edit(self, data: st.DataObject, signs: set[str]) -> None:
        """An entry says something else of its day, or nothing any more."""
        id_ = data.draw(st.sampled_from(sorted(self.model.entries)))
        self.put(id_, (self.model.entries[id_][0], frozenset(signs)))

    @precondition(lambda self: self.model.entries)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """The same once more."""
        id_ = data.draw(st.sampled_from(sorted(self.model.entries)))
        self.put(id_, self.model.entries[id_])

    def put(self, id_: str, said: tuple[Any, frozenset[str]]) -> None:
        before = dict(self.model.entries)
        self.model.entries[id_] = said
        if not self.model.is_simple(before):
            self.model.entries = before
            return
        self.tick()
        day, signs = said
        known = {(matter, sign) for matter in self.model.matters for sign, _ in matter.signs}
        if before.get(id_) != said:
            for matter in self.model.matters:
                if matter.state == "kept":
                    matter.record = {(sign, each) for sign, each in matter.record if sign not in signs}
        told = self.model.look(self.now)
        flank = ["left_flank"] if signs & {"fever", "blood_in_urine"} else None
        content = entry(day, id_=UUID(id_), sites=flank, symptoms=Symptoms(**dict.fromkeys(signs, True)))
        (outcome,) = (edit if id_ in before else write)(self.alice, content, now=self.now).outcomes
        self.compare_raised(outcome.raised, day, signs, told, known)
        screen_diary(patient_id=self.alice.patient_id, now=self.now)
        messages = len(self.pager.sent)
        beat(self.now)
        told_now = [name for name, message in self.pager.sent[messages:] if message.kind in NEWS]
        assert len(told_now) == len(set(told_now))

    def compare_raised(
        self, raised: list[Any], day: Any, signs: frozenset[str], told: set[Matter], known: set[tuple[Matter, str]]
    ) -> None:
        """Every rule that the entry meets, the most severe first, with how it stands; news when it adds something."""
        assert Counter(one["rule"] for one in raised) == Counter({SIGNS[sign] for sign in signs})
        ranks = [("urgent", "emergency").index(one["tier"]) if one["tier"] != "see_doctor" else -1 for one in raised]
        assert ranks == sorted(ranks, reverse=True)
        for one in raised:
            mine = {sign for sign in signs if SIGNS[sign] == one["rule"]}
            matter = self.model.about(next(iter(mine)), day)
            assert one["state"] == ("closed" if matter.state == "kept" else matter.state)
            adds = matter.state == "open" and any((matter, sign) not in known for sign in mine)
            assert one["news"] == (adds or matter in told)

    # What people do

    @precondition(lambda self: self.model.matters)
    @rule(data=st.data(), who=WHO)
    def take_on(self, data: st.DataObject, who: str) -> None:
        """Someone of the circle acknowledges."""
        matter = self.any_matter(data)
        if who in self.model.circle:
            self.tick()
            self.model.acknowledge(matter, who, self.now)
            acknowledge(**self.acting(matter, who), now=self.now)

    @precondition(lambda self: any(matter.state == "acknowledged" for matter in self.model.matters))
    @rule(data=st.data(), who=WHO)
    def take_back(self, data: st.DataObject, who: str) -> None:
        """Within ten minutes, and only by who it was."""
        matter = self.any_matter(data, "acknowledged")
        self.tick()
        with_it = self.acting(matter, who)
        if self.model.may_take_back(matter, who, self.now):
            take_back(**with_it, now=self.now)
            self.model.reopen(matter, self.now, "nothing", "taken_back")
        else:
            with pytest.raises(NotTheirs):
                take_back(**with_it, now=self.now)

    @precondition(lambda self: any(matter.state != "kept" for matter in self.model.matters))
    @rule(data=st.data(), what=st.sampled_from(["seen", "not_serious", "did_not_go"]))
    def say(self, data: st.DataObject, what: Any) -> None:
        """What came of it."""
        matter = self.any_matter(data, "open", "acknowledged", "closed")
        self.tick()
        with_it = self.acting(matter, "alice")
        visits = dict(self.model.visits)
        if Alert.objects.get(pk=with_it["alert_id"]).outcome != what:
            self.model.outcome(matter, what, self.now)
        give_outcome(**with_it, outcome=what, now=self.now)
        self.look_if_the_diary_changed(visits)

    @precondition(lambda self: any(matter.state != "kept" for matter in self.model.matters))
    @rule(data=st.data())
    def not_yet(self, data: st.DataObject) -> None:
        """No one has been seen."""
        matter = self.any_matter(data, "open", "acknowledged", "closed")
        self.tick()
        visits = dict(self.model.visits)
        say_not_yet(**self.acting(matter, "alice"), now=self.now)
        if matter.state != "open":
            self.model.reopen(matter, self.now, "not_seen")
        self.look_if_the_diary_changed(visits)

    @precondition(lambda self: any(matter.state == "open" for matter in self.model.matters))
    @rule(data=st.data(), who=WHO)
    def read(self, data: st.DataObject, who: str) -> None:
        """One person has seen it, and wants no repeats."""
        if who in self.model.circle:
            matter = self.any_matter(data, "open")
            self.tick()
            given = self.acting(matter, who)
            mark_read(
                patient_id=given["patient_id"], alert_id=given["alert_id"], reader_id=given["actor_id"], now=self.now
            )
            matter.read.add(who)

    @precondition(lambda self: "charlie" not in self.model.circle)
    @rule()
    def join(self) -> None:
        """Charlie accepts an invitation."""
        self.tick()
        place = self.people["charlie"].cares_for(self.alice, "alerts", now=self.now)
        Patient.objects.select_for_update().get(pk=self.alice.patient_id)
        newcomer = Recipient(self.people["charlie"].id, place.pk)
        tell_newcomer(pressing_alerts(patient_id=self.alice.patient_id), newcomer=newcomer, now=self.now)
        self.model.join("charlie")

    # What time does

    @rule(wait=WAITS)
    def time_passes(self, wait: timedelta) -> None:
        """Every sweep comes when it should."""
        until = self.now + wait
        while (due := self.model.next_due()) is not None and due <= until:
            self.now = max(self.now, due)
            self.model.beat(self.now)
            beat(self.now)
            self.what_was_sent_is_what_had_to_be()
        self.now = until

    @rule(wait=st.sampled_from([HOUR, 5 * HOUR, 3 * DAY]))
    def the_service_is_away(self, wait: timedelta) -> None:
        """And catches up in several sweeps at once."""
        self.now += wait
        for _ in range(3):
            self.model.beat(self.now)
            beat(self.now)

    # What must be so

    @invariant()
    def what_was_sent_is_what_had_to_be(self) -> None:
        """To each person, for each reason, about each rule."""
        self.model.beat(self.now)
        beat(self.now)
        sent = Delivery.objects.filter(state="sent", alert__rule__in=RULES).exclude(pk__in=self.sent)
        found: Sent = Counter()
        for one in sent.select_related("alert"):
            self.sent.add(one.pk)
            why = "news" if one.step in NEWS else one.step
            found[self.names[one.recipient_id], why, one.alert.rule] += 1
        assert found == self.model.sent
        self.model.sent.clear()
        states = Counter(Alert.objects.filter(rule__in=RULES, state="open").values_list("rule", flat=True))
        assert states == Counter(matter.rule for matter in self.model.matters if matter.state == "open")

    @invariant()
    def the_auditor_finds_nothing(self) -> None:
        assert {one.check.name for one in audit(now=self.now, mend=False) if one.found} == set()

    def look_if_the_diary_changed(self, visits: dict[Matter, date]) -> None:
        """What the doctor said is an event of the diary; what was said of it before is on its way already."""
        beat(self.now)
        if self.model.visits != visits:
            self.model.look(self.now)
        screen_diary(patient_id=self.alice.patient_id, now=self.now)

    def tick(self) -> None:
        """No two things happen in the same second."""
        self.now += timedelta(seconds=1)

    def any_matter(self, data: st.DataObject, *states: str) -> Matter:
        fitting = [one for one in self.model.matters if not states or one.state in states]
        number = data.draw(st.integers(0, len(fitting) - 1))
        return fitting[number]

    def acting(self, matter: Matter, who: str) -> Acting:
        """The alert that the matter is, by one of its days; not one that goes on as another, or was withdrawn."""
        alerts = Alert.objects.filter(rule=matter.rule).exclude(state="withdrawn").order_by("-found_on", "-met_on")
        for alert in alerts.exclude(state="closed", outcome=None, opened_at__isnull=False):
            days = {day for all_of_it in alert.signs.values() for day in all_of_it}
            if days & {day.isoformat() for day in matter.days}:
                break
        else:
            raise AssertionError("there is no such alert")
        return {"patient_id": self.alice.patient_id, "alert_id": alert.pk, "actor_id": self.people[who].id}


@pytest.fixture
def play(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> Callable[[int, int, tuple[Phase, ...]], None]:
    """Plays so many lives of so many steps, with a pager for everyone and without a broker."""
    pager, known = Pager(), channels.CHANNELS
    monkeypatch.setitem(known, "pager", pager)
    monkeypatch.setattr(delivery, "nudge_delivery", lambda *_, **__: True)
    settings.ALERT_CHANNELS = ["pager"]
    return lambda lives, steps, phases: run(pager, lives, steps, phases)


def run(pager: Pager, lives: int, steps: int, phases: tuple[Phase, ...]) -> None:
    run_state_machine_as_test(
        type("Playing", (Lives,), {"pager": pager}),
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            phases=phases,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(240)
def test_some_lives(play: Callable[[int, int, tuple[Phase, ...]], None]) -> None:
    play(6, 14, (Phase.generate,))


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_many_lives(play: Callable[[int, int, tuple[Phase, ...]], None]) -> None:
    play(1500, 25, (Phase.generate, Phase.shrink))
