"""Danger signs after someone acted: what is news opens the alert again, and everyone is told."""

from datetime import datetime
from typing import Any

import pytest
from pytest_django import Settings

from alerts import channels
from alerts.channels import ChannelError
from alerts.models import Alert, EscalationStep
from tests.alerts.danger.story import DAY, HOUR, MINUTE, act, alert_of, heard, notes, passes, says, state_of, takes_on
from tests.alerts.diaries import NOON
from tests.alerts.pagers import Pager
from tests.cast import Person
from tests.receiver import MailReceiver

pytestmark = pytest.mark.usefixtures("mailbox")
MORNING = NOON + DAY
EVENING = NOON + 6 * HOUR


@pytest.fixture
def circle(alice: Person, bob: Person, charlie: Person) -> list[Person]:
    """Everyone who hears of Alice's alerts; Charlie is let in for these stories."""
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    charlie.cares_for(alice, "read", now=NOON - DAY)
    return [alice, bob, charlie]


def rounds(alert: Alert) -> list[datetime]:
    """When everyone is told again, as it is planned now."""
    untaken = EscalationStep.objects.filter(alert=alert, step="escalated", taken_at=None, dropped_at=None)
    return list(untaken.order_by("place").values_list("due_at", flat=True))


def taken_on_at_noon(alice: Person, who: Person, *symptoms: str, rule: str = "cauda_equina") -> Alert:
    """Alice noted it at noon, everyone was told, and two minutes later someone took it on."""
    notes(alice, *symptoms)
    passes(NOON)
    alert = alert_of(rule)
    takes_on(who, alert, now=NOON + 2 * MINUTE)
    passes(NOON + 2 * MINUTE)
    return alert


def test_numb_and_unable_to_walk_the_day_after_a_caregiver_took_on_a_weak_bladder(
    alice: Person, bob: Person, circle: list[Person]
) -> None:
    alert = taken_on_at_noon(alice, bob, "bladder_change")
    act(bob, alert, "outcome", now=NOON + 30 * MINUTE, outcome="seen")
    (raised,) = notes(alice, "saddle_numbness", "unable_to_walk", now=MORNING)
    assert (raised["alert"], raised["tier"], raised["state"], raised["news"]) == (
        str(alert.pk),
        "emergency",
        "open",
        True,
    )
    passes(MORNING)
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by, alert.outcome) == ("open", None, None)
    assert [heard(person, since=MORNING) for person in circle] == [["again"]] * 3
    assert rounds(alert) == [MORNING + 15 * MINUTE, MORNING + 30 * MINUTE]
    passes(MORNING + HOUR)
    assert [heard(person, since=MORNING) for person in circle] == [["again", "escalated", "escalated"]] * 3


def test_another_sign_the_same_day_after_an_acknowledgement(alice: Person, bob: Person, circle: list[Person]) -> None:
    alert = taken_on_at_noon(alice, bob, "bladder_change")
    (raised,) = notes(alice, "saddle_numbness", now=NOON + 10 * MINUTE)
    assert (raised["state"], raised["news"]) == ("open", True)
    passes(NOON + 10 * MINUTE)
    assert [heard(person)[-1] for person in circle] == ["again"] * 3
    assert rounds(alert) == [NOON + 25 * MINUTE, NOON + 40 * MINUTE]


def test_a_sign_of_another_rule_is_an_alert_of_its_own(alice: Person, bob: Person, circle: list[Person]) -> None:
    alert = taken_on_at_noon(alice, bob, "bladder_change")
    raised = notes(alice, "bladder_change", "collapse", now=NOON + 10 * MINUTE)
    assert {(one["rule"], one["state"], one["news"]) for one in raised} == {
        ("breathing_emergency", "open", True),
        ("cauda_equina", "acknowledged", False),
    }
    passes(NOON + 10 * MINUTE)
    assert state_of(alert) == "acknowledged"
    assert [heard(person)[-1] for person in circle] == ["raised"] * 3


@pytest.mark.parametrize("outcome", ["not_serious", "being_investigated", "serious", "seen", "did_not_go", "not_yet"])
def test_another_sign_the_same_day_after_whatever_somebody_said(
    alice: Person, bob: Person, circle: list[Person], outcome: str
) -> None:
    alert = taken_on_at_noon(alice, bob, "bladder_change")
    says(alice, alert, outcome, now=NOON + HOUR)
    if outcome == "not_yet":
        passes(NOON + 4 * HOUR)  # its rounds are over, and no one acted
    (raised,) = notes(alice, "saddle_numbness", now=EVENING)
    assert (raised["state"], raised["news"]) == ("open", True)
    passes(EVENING)
    assert [heard(person, since=EVENING) for person in circle] == [["again"]] * 3
    assert rounds(alert) == [EVENING + 15 * MINUTE, EVENING + 30 * MINUTE]


def test_the_same_sign_of_an_emergency_is_news_once_a_day(alice: Person, bob: Person, circle: list[Person]) -> None:
    alert = taken_on_at_noon(alice, bob, "saddle_numbness")
    for day in (1, 2, 3):
        now = NOON + day * DAY
        (first,) = notes(alice, "saddle_numbness", now=now)
        passes(now)
        takes_on(bob, alert, now=now + MINUTE)
        passes(now + MINUTE)
        says(bob, alert, "seen", now=now + 2 * MINUTE)
        (second,) = notes(alice, "saddle_numbness", now=now + 3 * HOUR)
        passes(now + 3 * HOUR)
        assert (first["news"], second["news"]) == (True, False)
        assert heard(alice, since=now) == ["again", "acknowledged"]


def test_the_same_urgent_sign_the_day_after_it_was_taken_on_is_asked_about_and_not_told(
    alice: Person, bob: Person, circle: list[Person]
) -> None:
    alert = taken_on_at_noon(alice, bob, "coughing_blood", rule="coughing_blood")
    (raised,) = notes(alice, "coughing_blood", now=NOON + 23 * HOUR)
    assert (raised["tier"], raised["state"], raised["news"]) == ("urgent", "acknowledged", False)
    passes(NOON + 25 * HOUR)
    assert state_of(alert) == "acknowledged"
    assert [heard(person, since=NOON + HOUR) for person in circle] == [["question"], ["question"], []]


@pytest.mark.parametrize("said", ["did_not_go", "not_yet"])
def test_the_same_urgent_sign_is_news_for_who_was_not_seen(
    alice: Person, bob: Person, circle: list[Person], said: str
) -> None:
    alert = taken_on_at_noon(alice, bob, "coughing_blood", rule="coughing_blood")
    says(alice, alert, said, now=NOON + HOUR)
    passes(NOON + 12 * HOUR)
    (raised,) = notes(alice, "coughing_blood", now=MORNING)
    passes(MORNING)
    assert (raised["state"], raised["news"]) == ("open", True)
    assert [heard(person, since=MORNING) for person in circle] == [["again"]] * 3


@pytest.mark.parametrize("acted", ["nothing", "acknowledge", "not_serious", "did_not_go"])
def test_what_is_no_news_stays_none_whatever_was_done(
    alice: Person, bob: Person, circle: list[Person], acted: str
) -> None:
    """The same day once more, and an earlier day filled in later."""
    notes(alice, "bladder_change", "saddle_numbness")
    passes(NOON + HOUR)
    alert = alert_of()
    if acted == "acknowledge":
        takes_on(bob, alert, now=NOON + HOUR)
    elif acted != "nothing":
        says(alice, alert, acted, now=NOON + HOUR)
    passes(NOON + HOUR)
    before = state_of(alert)
    again = notes(alice, "saddle_numbness", now=NOON + 90 * MINUTE)
    earlier = notes(alice, "bladder_change", now=NOON + 91 * MINUTE, on=NOON.date() - 2 * DAY)
    passes(NOON + 92 * MINUTE)
    assert [(one["alert"], one["news"]) for one in (*again, *earlier)] == [(str(alert.pk), False)] * 2
    assert state_of(alert) == before
    assert [heard(person, since=NOON + 90 * MINUTE) for person in circle] == [[]] * 3


def test_while_the_rounds_go_on_another_sign_is_in_the_next_round(alice: Person, circle: list[Person]) -> None:
    notes(alice, "bladder_change")
    passes(NOON)
    (raised,) = notes(alice, "saddle_numbness", now=NOON + 5 * MINUTE)
    passes(NOON + 5 * MINUTE)
    assert raised["news"] is True
    assert [heard(person) for person in circle] == [["raised"]] * 3
    passes(NOON + 15 * MINUTE)
    assert [heard(person) for person in circle] == [["raised", "escalated"]] * 3
    assert alert_of().on_record == alert_of().signs


@pytest.mark.parametrize("sign", ["saddle_numbness", "bladder_change"])
def test_when_the_rounds_are_over_it_is_told_again_with_new_ones(
    alice: Person, circle: list[Person], sign: str
) -> None:
    """Another sign, or for an emergency the same on another day."""
    notes(alice, "bladder_change")
    passes(NOON + HOUR)
    notes(alice, sign, now=MORNING)
    passes(MORNING + HOUR)
    assert [heard(person, since=MORNING) for person in circle] == [["again", "escalated", "escalated"]] * 3


def test_a_higher_tier_does_not_wait_for_the_next_round(alice: Person, circle: list[Person]) -> None:
    notes(alice, "saddle_numbness", on=NOON.date() - 30 * DAY)
    passes(NOON)
    assert alert_of().tier == "see_doctor"
    (raised,) = notes(alice, "saddle_numbness", now=NOON + MINUTE)
    passes(NOON + MINUTE)
    assert (raised["tier"], raised["news"]) == ("emergency", True)
    assert [heard(person) for person in circle] == [["raised", "tier_raised"]] * 3


def test_another_dangerous_episode_does_not_wait_for_the_next_round(alice: Person, circle: list[Person]) -> None:
    notes(alice, "coughing_blood", on=NOON.date() - 14 * DAY)
    passes(NOON)
    notes(alice, "coughing_blood", now=NOON + 5 * MINUTE, on=NOON.date() + DAY)
    passes(NOON + 5 * MINUTE)
    assert alert_of("coughing_blood").findings.count() == 2
    assert [heard(person) for person in circle] == [["raised", "again"]] * 3


@pytest.mark.parametrize("arrives", [True, False])
def test_who_never_got_the_alert_gets_no_sequel(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch, settings: Settings, arrives: bool
) -> None:
    """It is on its way to Alice when Bob takes it on."""
    pager = Pager()
    pager.pagers[alice.id] = ["red"]
    known: Any = channels.CHANNELS
    monkeypatch.setitem(known, "pager", pager)
    settings.ALERT_CHANNELS = ["pager"]
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    notes(alice, "bladder_change")

    def takes_on_meanwhile() -> None:
        pager.before_answer = lambda: None
        takes_on(bob, alert_of(), now=NOON)

    pager.before_answer = takes_on_meanwhile
    pager.refuses = {} if arrives else {"red": ChannelError("no network")}
    passes(NOON)
    pager.refuses = {}
    passes(NOON + 30 * MINUTE)
    assert heard(alice) == (["raised", "acknowledged"] if arrives else [])


def test_mails_are_counted_too(alice: Person, bob: Person, circle: list[Person], mailbox: MailReceiver) -> None:
    """What the other tests read from the deliveries is what arrives."""
    taken_on_at_noon(alice, bob, "bladder_change")
    notes(alice, "saddle_numbness", now=MORNING)
    passes(MORNING)
    assert [len(mailbox.sent_to(person.email)) for person in circle] == [len(heard(person)) for person in circle]
