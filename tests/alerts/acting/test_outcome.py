"""What the doctor said: it closes the alert, is stored as a visit, and what comes after it is news."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from alerts.acting.acknowledge import acknowledge
from alerts.acting.outcome import NotToBeClosed, give_outcome
from alerts.models import Alert, Delivery, EscalationStep, Finding
from alerts.models.alert import Outcome
from alerts.screening.diary import screen_diary
from diary.format.fields import Entry, Event, Resource, Symptoms
from diary.models import Event as EventRow
from diary.models import Patient
from diary.reaching.travel import heard_from
from diary.recording.changes import record_changes
from diary.recording.decision import Change
from tests.alerts.acting.rounds import nights, sweep, told
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import (
    NOON,
    TODAY,
    bloody_cough,
    days_ago,
    delete,
    entry,
    nights_that_no_tablet_helped,
    saddle_numbness,
    write,
)
from tests.cast import Person
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def give(person: Person, alert: Alert, outcome: Outcome, *, after: int = 0, actor: Person | None = None) -> Alert:
    """`after` days later than the day of the tests."""
    by = (actor or person).id
    give_outcome(patient_id=person.patient_id, alert_id=alert.pk, actor_id=by, outcome=outcome, now=NOON + after * DAY)
    alert.refresh_from_db()
    return alert


def screened(person: Person, *contents: Resource, after: int = 0) -> None:
    write(person, *contents, now=NOON + after * DAY)
    screen_diary(patient_id=person.patient_id, now=NOON + after * DAY)


def visits() -> list[tuple[UUID, date, bool]]:
    """The living visits of all diaries."""
    events: Any = EventRow.objects.filter(kind="doctor_visit", deleted=False)
    return list(events.values_list("id", "date", "about_this_pain"))


@pytest.fixture
def emergency(alice: Person) -> Alert:
    """Alice noted saddle numbness today."""
    write(alice, saddle_numbness())
    return Alert.objects.get()


@pytest.mark.parametrize("outcome", ["not_serious", "being_investigated", "serious"])
def test_an_outcome_closes_the_alert_and_is_a_visit_about_this_pain(
    alice: Person, bob: Person, emergency: Alert, outcome: Outcome
) -> None:
    give(alice, emergency, outcome, after=2, actor=bob)
    assert (emergency.state, emergency.outcome, emergency.outcome_by_id) == ("closed", outcome, bob.id)
    assert emergency.closed_at == NOON + 2 * DAY
    assert visits() == [(emergency.visit_id, TODAY + 2 * DAY, True)]
    assert EventRow.objects.get().recorded_by_id == bob.id


def test_the_visit_is_of_the_patients_own_day(alice: Person, emergency: Alert) -> None:
    heard_from(user_id=alice.id, zone="Pacific/Kiritimati", now=NOON)  # UTC+14
    give(alice, emergency, "not_serious")
    assert visits()[0][1] == TODAY + DAY


def test_the_visit_takes_a_revision_is_screened_and_reaches_the_phones(alice: Person, emergency: Alert) -> None:
    screen_diary(patient_id=alice.patient_id, now=NOON)
    before = Patient.objects.get(pk=alice.patient_id)
    give(alice, emergency, "serious")
    after = Patient.objects.get(pk=alice.patient_id)
    assert after.revision == before.revision + 1
    assert after.unscreened_since == NOON
    assert EventRow.objects.get().revision == after.revision
    answer = alice.post("patients/me/sync", {"cursor": None, "changes": []}).body
    assert str(emergency.visit_id) in {change["id"] for change in answer["changes"] if change["type"] == "event"}


def test_the_same_outcome_again_changes_nothing(alice: Person, bob: Person, emergency: Alert) -> None:
    give(alice, emergency, "serious")
    before = [*Alert.objects.values(), *EventRow.objects.values(), *Patient.objects.order_by("pk").values()]
    give(alice, emergency, "serious", after=3, actor=bob)
    assert [*Alert.objects.values(), *EventRow.objects.values(), *Patient.objects.order_by("pk").values()] == before


def test_another_outcome_corrects_it_and_the_visit_stays_the_same(alice: Person, bob: Person, emergency: Alert) -> None:
    give(alice, emergency, "being_investigated")
    visit = emergency.visit_id
    give(alice, emergency, "serious", after=9, actor=bob)
    assert (emergency.outcome, emergency.outcome_by_id, emergency.closed_at) == ("serious", bob.id, NOON)
    assert visits() == [(visit, TODAY, True)]


def test_that_nobody_went_takes_the_visit_back_and_may_itself_be_taken_back(alice: Person, emergency: Alert) -> None:
    give(alice, emergency, "not_serious")
    give(alice, emergency, "did_not_go", after=1)
    assert (emergency.state, emergency.visit_id, visits()) == ("closed", None, [])
    give(alice, emergency, "not_serious", after=2)
    assert visits() == [(emergency.visit_id, TODAY + 2 * DAY, True)]
    assert not EscalationStep.objects.filter(taken_at=None, dropped_at=None).exists()


def test_a_visit_that_the_person_deleted_is_noted_anew_with_another_outcome(alice: Person, emergency: Alert) -> None:
    give(alice, emergency, "not_serious")
    gone = emergency.visit_id
    assert gone is not None
    record_changes(patient_id=alice.patient_id, actor_id=alice.id, changes=[Change("event", gone, None)], now=NOON)
    give(alice, emergency, "serious", after=1)
    assert emergency.visit_id != gone
    assert [id_ for id_, *_ in visits()] == [emergency.visit_id]


def test_an_acknowledged_alert_is_closed_too_and_keeps_who_saw_it(alice: Person, bob: Person, emergency: Alert) -> None:
    acknowledge(patient_id=alice.patient_id, alert_id=emergency.pk, actor_id=bob.id, now=NOON)
    give(alice, emergency, "serious", after=1)
    assert (emergency.state, emergency.acknowledged_by_id, emergency.acknowledged_at) == ("closed", bob.id, NOON)


def test_after_an_outcome_nothing_more_is_sent(alice: Person, mailbox: MailReceiver, emergency: Alert) -> None:
    give(alice, emergency, "not_serious")
    for days in range(40):
        sweep(NOON + days * DAY)
        deliver_all(NOON + days * DAY)
    assert mailbox.received == []
    assert set(Delivery.objects.values_list("state", "last_error")) == {("dropped", "alert closed")}


def test_what_nobody_was_told_of_is_not_to_be_closed(alice: Person) -> None:
    screened(alice, *nights_that_no_tablet_helped(until=days_ago(120)))
    untold = Alert.objects.get(rule="night_rest_not_responding")
    with pytest.raises(NotToBeClosed):
        give(alice, untold, "serious")
    assert visits() == []


def test_neither_is_a_withdrawn_alert_or_a_watch(alice: Person) -> None:
    numb = saddle_numbness()
    screened(alice, numb, *(entry(days_ago(day), night_pain=5) for day in range(8)))
    delete(alice, numb)
    screen_diary(patient_id=alice.patient_id, now=NOON)
    assert sorted(Alert.objects.values_list("tier", "state")) == [("emergency", "withdrawn"), ("watch", "open")]
    for alert in Alert.objects.all():
        with pytest.raises(NotToBeClosed):
            give(alice, alert, "not_serious")


def test_evidence_that_goes_later_changes_a_closed_alert_no_more(alice: Person) -> None:
    numb = saddle_numbness()
    write(alice, numb)
    alert = give(alice, Alert.objects.get(), "serious")
    delete(alice, numb)
    screen_diary(patient_id=alice.patient_id, now=NOON)
    alert.refresh_from_db()
    assert (alert.state, alert.outcome) == ("closed", "serious")


# What comes after an outcome


@pytest.mark.parametrize(
    ("outcome", "sign"),
    [("not_serious", "both_legs_weak"), ("did_not_go", "both_legs_weak"), ("did_not_go", "saddle_numbness")],
)
def test_a_danger_sign_that_is_news_the_day_after_an_outcome_is_told_again(
    alice: Person, emergency: Alert, outcome: Outcome, sign: str
) -> None:
    give(alice, emergency, outcome)
    told_again = write(alice, entry(TODAY + DAY, symptoms=Symptoms(**{sign: True})), now=NOON + DAY)
    emergency.refresh_from_db()
    assert (emergency.state, emergency.tier, emergency.outcome, emergency.closed_at) == (
        "open",
        "emergency",
        None,
        None,
    )
    assert emergency.evidence["days"] == [TODAY.isoformat(), (TODAY + DAY).isoformat()]
    assert told() == [("raised", "Alice"), ("again", "Alice")]
    assert [raised["alert"] for raised in told_again.outcomes[0].raised] == [str(emergency.pk)]
    sweep(NOON + DAY + timedelta(minutes=15))
    assert told()[-1] == ("escalated", "Alice")


@pytest.mark.parametrize("sign", [saddle_numbness, bloody_cough])
def test_the_sign_that_the_doctor_has_looked_at_is_not_told_again_the_day_after(
    alice: Person, sign: Callable[[date], Entry]
) -> None:
    screened(alice, sign(TODAY))
    give(alice, Alert.objects.get(), "not_serious")
    screened(alice, sign(TODAY + DAY), after=1)
    assert told() == [("raised", "Alice")]


def test_the_outcome_after_it_is_a_visit_of_its_own(alice: Person, emergency: Alert) -> None:
    give(alice, emergency, "not_serious")
    write(alice, entry(TODAY + DAY, symptoms=Symptoms(both_legs_weak=True)), now=NOON + DAY)
    give(alice, emergency, "serious", after=2)
    assert sorted(day for _, day, _ in visits()) == [TODAY, TODAY + 2 * DAY]


def test_the_same_days_screened_again_after_an_outcome_tell_nobody(alice: Person, emergency: Alert) -> None:
    give(alice, emergency, "not_serious")
    screened(alice, entry(days_ago(-1), worst_pain=3), after=1)
    screened(alice, saddle_numbness(days_ago(2)), after=1)  # uploaded late, and from before the visit
    emergency.refresh_from_db()
    assert (emergency.state, told()) == ("closed", [("raised", "Alice")])


def test_a_danger_sign_of_a_later_episode_is_a_new_alert(alice: Person, emergency: Alert) -> None:
    give(alice, emergency, "not_serious")
    screened(alice, saddle_numbness(days_ago(-30)), after=30)
    assert sorted(Alert.objects.values_list("state", flat=True)) == ["closed", "open"]


def test_a_pattern_that_goes_on_unchanged_after_the_visit_tells_nobody(alice: Person) -> None:
    alert = give(alice, nights(alice), "not_serious")
    for week in range(1, 6):
        later = (entry(TODAY + (7 * (week - 1) + day) * DAY, night_pain=6, worst_pain=6) for day in range(1, 8))
        screened(alice, *later, after=7 * week)
    alert.refresh_from_db()
    assert alert.state == "closed"
    assert told(alert) == [("raised", "Alice")]
    assert not Alert.objects.exclude(pk=alert.pk).exclude(tier="watch").exists()


def worse_since_the_visit(alice: Person) -> None:
    """Every night of five weeks after the day of the tests hurts far more than any before."""
    for day in range(1, 36):
        screened(alice, entry(TODAY + day * DAY, night_pain=9, worst_pain=9), after=day)


def test_a_pattern_that_changed_since_the_visit_is_a_new_alert(alice: Person) -> None:
    alert = give(alice, nights(alice), "not_serious")
    worse_since_the_visit(alice)
    alert.refresh_from_db()
    assert (alert.state, alert.outcome) == ("closed", "not_serious")
    news = Alert.objects.exclude(pk=alert.pk).filter(rule=alert.rule)
    assert news.get().state == "open"
    assert told(news.get()) == [("raised", "Alice")]


def test_so_is_one_that_was_first_met_on_the_day_of_the_visit(alice: Person) -> None:
    """With the visit its first day is none any more; what follows soon after is news, and no correction of it."""
    elsewhere = (entry(days_ago(day), sites=["lower_back"]) for day in range(11, 28))
    screened(alice, *elsewhere, *(entry(days_ago(day), sites=["left_flank"]) for day in range(11)))
    alert = Alert.objects.get(rule="flank_or_breath_pain")
    assert alert.met_on == TODAY
    give(alice, alert, "not_serious")
    screen_diary(patient_id=alice.patient_id, now=NOON)
    assert Finding.objects.get(rule=alert.rule).withdrawn_at == NOON
    screened(alice, *(entry(TODAY + day * DAY, sites=["left_flank"]) for day in range(1, 11)), after=10)
    news = Finding.objects.get(rule=alert.rule, withdrawn_at=None)
    assert news.met_on == TODAY + 7 * DAY
    assert news.alert != alert
    assert told(news.alert) == [("raised", "Alice")]


def fallen(alice: Person) -> Alert:
    """Alice, who is 65, fell nine days ago; her back hurt the day after, and yesterday and today still does."""
    Patient.objects.filter(pk=alice.patient_id).update(birth_year=1961)
    fall = Event(id=uuid4(), kind="fall", date=days_ago(9), trauma="minor")
    hurting = [entry(days_ago(day), sites=["lower_back"], worst_pain=6) for day in (8, 1, 0)]
    screened(alice, fall, *hurting[:2])
    screened(alice, hurting[2])
    return Alert.objects.get(rule="minor_trauma_older")


def test_what_was_there_on_the_day_of_the_visit_is_what_the_doctor_looked_at(alice: Person) -> None:
    """For a fall every visit begins a new episode; the day of this one is no news all the same."""
    alert = give(alice, fallen(alice), "not_serious")
    screen_diary(patient_id=alice.patient_id, now=NOON)
    assert Finding.objects.filter(rule=alert.rule, withdrawn_at=None).count() == 2
    assert set(Alert.objects.filter(rule=alert.rule).values_list("state", flat=True)) == {"closed"}
    assert Delivery.objects.count() == 1


def test_pain_from_a_fall_that_is_noted_after_the_visit_is_news(alice: Person) -> None:
    alert = give(alice, fallen(alice), "not_serious")
    screened(alice, entry(TODAY + DAY, sites=["lower_back"], worst_pain=6), after=1)
    news = Alert.objects.filter(rule=alert.rule).exclude(pk=alert.pk)
    assert [told(one) for one in news] == [[("raised", "Alice")]]


# No one went


def test_who_did_not_go_is_asked_again_after_two_weeks_while_the_pattern_is_there(
    alice: Person, mailbox: MailReceiver
) -> None:
    alert = nights(alice)
    deliver_all()
    give(alice, alert, "did_not_go")
    screened(alice, *(entry(TODAY + day * DAY, night_pain=6, worst_pain=6) for day in range(1, 14)), after=13)
    sweep(NOON + 14 * DAY - timedelta(minutes=1))
    alert.refresh_from_db()
    assert alert.state == "closed"
    sweep(NOON + 14 * DAY)
    alert.refresh_from_db()
    assert (alert.state, alert.outcome, alert.tier) == ("open", None, "see_doctor")
    assert alert.evidence["days"][-1] == (TODAY + 13 * DAY).isoformat()
    assert told(alert) == [("raised", "Alice"), ("reminder", "Alice")]
    deliver_all(NOON + 14 * DAY)
    assert len(mailbox.received) == 2


def test_but_not_when_it_has_gone(alice: Person) -> None:
    alert = give(alice, nights(alice), "did_not_go")
    screened(alice, *(entry(TODAY + day * DAY, night_pain=0, worst_pain=0) for day in range(1, 45)), after=45)
    sweep(NOON + 45 * DAY)
    alert.refresh_from_db()
    assert (alert.state, told(alert)) == ("closed", [("raised", "Alice")])
    assert EscalationStep.objects.get(step="asked_again").dropped_at == NOON + 45 * DAY


def test_and_only_once(alice: Person) -> None:
    alert = give(alice, nights(alice), "did_not_go")
    sweep(NOON + 14 * DAY)
    give(alice, alert, "did_not_go", after=15)
    for days in range(15, 28):
        sweep(NOON + days * DAY)
    alert.refresh_from_db()
    assert (alert.state, told(alert)) == ("closed", [("raised", "Alice"), ("reminder", "Alice")])


def test_an_old_danger_sign_is_asked_about_as_a_visit_to_book(alice: Person, emergency: Alert) -> None:
    give(alice, emergency, "did_not_go", after=1)
    sweep(NOON + 15 * DAY)
    emergency.refresh_from_db()
    assert (emergency.state, emergency.tier) == ("open", "see_doctor")


def test_nobody_asks_while_a_newer_alert_of_the_rule_is_open(alice: Person, emergency: Alert) -> None:
    give(alice, emergency, "did_not_go")
    step = EscalationStep.objects.get(step="asked_again")
    Alert.objects.create(
        patient_id=alice.patient_id,
        **{
            name: getattr(emergency, name)
            for name in ("rule", "rule_version", "tier", "met_on", "found_on", "evidence")
        },
        state="open",
        opened_at=NOON,
    )
    sweep(NOON + 14 * DAY)
    step.refresh_from_db()
    assert (step.taken_at, step.dropped_at) == (None, NOON + 14 * DAY)
