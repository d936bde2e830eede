"""What a pager hears of an alert, from the first word to the last, so that it can ring and stop ringing."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import get_args

import pytest

from alerts.models import Alert
from alerts.models.delivery import Step
from alerts.screening.diary import screen_diary
from tests.alerts.danger.story import DAY, HOUR, MINUTE, act, alert_of, at, notes, passes, says, takes_on
from tests.alerts.diaries import NOON
from tests.alerts.webhooks.verified import registered
from tests.cast import Person
from tests.web_receiver import WebReceiver

Hooks = dict[str, WebReceiver]


@pytest.fixture
def hooks(alice: Person, bob: Person, charlie: Person) -> Iterator[Hooks]:
    """A server for each of the circle, by name."""
    with ExitStack() as stack:
        servers = {}
        for person in (alice, bob, charlie):
            servers[person.user.name] = receiver = stack.enter_context(WebReceiver())
            registered(person, receiver.url)
            receiver.received.clear()
        for person in (bob, charlie):
            person.cares_for(alice, "alerts", now=NOON - DAY)
        yield servers


@pytest.fixture
def raised(alice: Person, hooks: Hooks) -> Alert:
    notes(alice, "saddle_numbness")
    passes(NOON)
    return alert_of()


def events(hooks: Hooks) -> list[list[str]]:
    """What Alice's, Bob's and Charlie's server heard, in order."""
    return [[request.json["type"].removeprefix("alert.") for request in hooks[name].received] for name in hooks]


def test_who_took_it_on_and_gave_it_back(bob: Person, raised: Alert, hooks: Hooks) -> None:
    takes_on(bob, raised, now=NOON + MINUTE)
    passes(NOON + MINUTE)
    act(bob, raised, "acknowledge", now=NOON + 2 * MINUTE, method="DELETE")
    passes(NOON + 2 * MINUTE)
    assert events(hooks) == [["raised", "acknowledged", "taken_back"]] * 3


def test_the_question_goes_where_its_person_is_asked_and_the_outcome_everywhere(
    alice: Person, bob: Person, raised: Alert, hooks: Hooks
) -> None:
    takes_on(bob, raised, now=NOON + MINUTE)
    passes(NOON + 61 * MINUTE)
    says(alice, raised, "being_investigated", now=NOON + 2 * HOUR)
    passes(NOON + 2 * HOUR)
    asked = ["raised", "acknowledged", "question", "outcome"]
    assert events(hooks) == [asked, asked, ["raised", "acknowledged", "outcome"]]


@pytest.mark.parametrize("outcome", ["seen", "did_not_go", "serious"])
def test_every_outcome_stops_the_pager(alice: Person, raised: Alert, hooks: Hooks, outcome: str) -> None:
    says(alice, raised, outcome, now=NOON + MINUTE)
    passes(NOON + MINUTE)
    assert events(hooks) == [["raised", "outcome"]] * 3


def test_not_yet_rings_again(alice: Person, raised: Alert, hooks: Hooks) -> None:
    says(alice, raised, "seen", now=NOON + MINUTE)
    passes(NOON + MINUTE)
    says(alice, raised, "not_yet", now=NOON + 2 * MINUTE)
    passes(NOON + 2 * MINUTE)
    assert events(hooks) == [["raised", "outcome", "again"]] * 3


def test_a_withdrawal(alice: Person, raised: Alert, hooks: Hooks) -> None:
    with at(NOON + MINUTE):
        (entry,) = alice.get("patients/me/entries").body["items"]
        alice.delete(f"patients/me/entries/{entry['id']}")
    screen_diary(patient_id=alice.patient_id, now=NOON + MINUTE)
    passes(NOON + MINUTE)
    assert events(hooks) == [["raised", "withdrawn"]] * 3


def test_news_and_rounds(alice: Person, bob: Person, raised: Alert, hooks: Hooks) -> None:
    passes(NOON + 15 * MINUTE)
    takes_on(bob, raised, now=NOON + 16 * MINUTE)
    passes(NOON + 16 * MINUTE)
    notes(alice, "both_legs_weak", now=NOON + 20 * MINUTE)
    passes(NOON + 20 * MINUTE)
    assert events(hooks) == [["raised", "escalated", "acknowledged", "again"]] * 3


def test_a_server_that_never_heard_of_it_hears_of_no_answer(alice: Person, bob: Person, hooks: Hooks) -> None:
    notes(alice, "saddle_numbness")
    takes_on(bob, alert_of(), now=NOON)
    passes(NOON + MINUTE)
    assert events(hooks) == [[], [], []]


def test_each_of_several_alerts_has_its_events(alice: Person, bob: Person, hooks: Hooks) -> None:
    raised = notes(alice, "saddle_numbness", "coughing_blood")
    passes(NOON)
    urgent = Alert.objects.get(pk=raised[1]["alert"])
    takes_on(bob, urgent, now=NOON + MINUTE)
    passes(NOON + MINUTE)
    heard = [(request.json["type"], request.json["data"]["alert"]) for request in hooks["Charlie"].received]
    assert set(heard[:2]) == {("alert.raised", one["alert"]) for one in raised}
    assert heard[2:] == [("alert.acknowledged", str(urgent.pk))]


def test_the_page_about_webhooks_names_every_type() -> None:
    page = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text()
    assert [step for step in get_args(Step) if f"`alert.{step}`" not in page] == []
