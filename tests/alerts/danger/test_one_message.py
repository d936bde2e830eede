"""One write, one message: what a write raises reaches each person through each channel together, the worst first."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from alerts import channels
from alerts.channels import ChannelError
from alerts.delivery.send import deliver
from alerts.models import Alert, Delivery
from tests.alerts.danger.story import MINUTE, act, an_entry, at, heard, messages, notes, passes
from tests.alerts.diaries import NOON
from tests.alerts.pagers import Machine, Pager
from tests.cast import Person
from tests.receiver import MailReceiver

FIVE = ("fever", "coughing_blood", "saddle_numbness", "leg_weak", "unsteady_walking")
RULES = ["cauda_equina", "coughing_blood", "infection_signs", "new_neurology"]


@pytest.fixture
def pager(alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Pager:
    """Another channel beside email: Alice has a pager, Bob has two."""
    pager = Pager()
    pager.pagers |= {alice.id: ["red"], bob.id: ["green", "blue"]}
    known: Any = channels.CHANNELS
    monkeypatch.setitem(known, "pager", pager)
    settings.ALERT_CHANNELS = ["pager", "email"]
    return pager


def note_all(alice: Person) -> list[dict[str, Any]]:
    return notes(alice, *FIVE, sites=["lower_back"])


def test_the_answer_has_each_once_and_the_most_severe_first(alice: Person) -> None:
    raised = note_all(alice)
    assert [one["tier"] for one in raised] == ["emergency", "urgent", "urgent", "urgent"]
    assert sorted(one["rule"] for one in raised) == RULES
    assert all(one["news"] and one["stored"] and one["state"] == "open" for one in raised)


def test_so_has_the_answer_to_each_change_of_a_sync(alice: Person) -> None:
    bad, harmless = (
        an_entry(*FIVE, on=NOON.date(), sites=["lower_back"]),
        an_entry(on=NOON.date(), worst_pain=1),
    )
    changes = [{"type": "entry", "op": "put", "id": one["id"], "data": one} for one in (harmless, bad)]
    with at(NOON):
        first, second = alice.post("patients/me/sync", {"cursor": None, "changes": changes}).body["results"]
    assert first["raised"] == []
    assert [one["tier"] for one in second["raised"]] == ["emergency", "urgent", "urgent", "urgent"]


def test_it_is_one_mail_for_each(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "alerts")
    note_all(alice)
    passes(NOON)
    assert Counter(mail.recipients for mail in mailbox.received) == {(alice.email,): 1, (bob.email,): 1}
    assert Delivery.objects.filter(state="sent").count() == 2 * len(RULES)
    assert [len(messages(person)) for person in (alice, bob)] == [1, 1]


def test_the_emergency_leads_it(alice: Person, mailbox: MailReceiver) -> None:
    note_all(alice)
    passes(NOON)
    (message,) = messages(alice)
    assert Delivery.objects.get(pk=message).alert.tier == "emergency"
    (mail,) = mailbox.received
    assert (mail.mail["Subject"], str(message) in mail.mail["Message-ID"]) == ("Please read this now", True)


def test_each_channel_and_endpoint_has_one_of_its_own(
    alice: Person, bob: Person, pager: Pager, mailbox: MailReceiver
) -> None:
    bob.cares_for(alice, "alerts")
    note_all(alice)
    passes(NOON)
    assert Counter(endpoint for endpoint, _ in pager.sent) == {"red": 1, "green": 1, "blue": 1}
    assert len(mailbox.received) == 2
    assert len({message.reference for _, message in pager.sent}) == 3


def test_a_round_is_one_message_too(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "alerts")
    notes(alice, "saddle_numbness", "collapse")
    passes(NOON + 30 * MINUTE)
    assert [heard(person) for person in (alice, bob)] == [["raised", "escalated", "escalated"]] * 2
    assert len(mailbox.received) == 6


def test_a_machine_hears_of_each_alert_by_itself(
    alice: Person, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """It gets ids only, and what one event does not name it never learns of."""
    machine = Machine()
    machine.pagers[alice.id] = ["hospital"]
    known: Any = channels.CHANNELS
    monkeypatch.setitem(known, "machine", machine)
    settings.ALERT_CHANNELS = ["machine"]
    note_all(alice)
    passes(NOON)
    assert {message.alert for _, message in machine.sent} == set(Alert.objects.values_list("pk", flat=True))


def test_a_copy_after_a_crash_is_the_same_message_again(alice: Person, mailbox: MailReceiver) -> None:
    note_all(alice)
    mailbox.before_answer = lambda _: "451 4.7.1 greylisted"
    passes(NOON)
    mailbox.before_answer = lambda _: None
    passes(NOON + MINUTE)
    assert len({mail.mail["Message-ID"] for mail in mailbox.received}) == 1
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 2)}


def test_any_of_its_deliveries_takes_all_of_it(alice: Person, mailbox: MailReceiver) -> None:
    note_all(alice)
    for delivery in Delivery.objects.order_by("-pk"):
        deliver(delivery_id=delivery.pk, now=NOON)
    assert len(mailbox.received) == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_what_fails_for_good_fails_as_a_whole_and_is_followed_once(
    alice: Person, pager: Pager, settings: Settings
) -> None:
    pager.refuses["red"] = ChannelError("no such pager", permanent=True)
    settings.ALERT_CHANNELS = ["pager"]
    note_all(alice)
    passes(NOON + MINUTE)
    assert set(Delivery.objects.filter(channel="pager").values_list("state", flat=True)) == {"failed"}


def test_what_is_taken_on_before_it_is_sent_is_left_out_of_it(alice: Person, bob: Person, pager: Pager) -> None:
    bob.cares_for(alice, "alerts")
    raised = note_all(alice)
    act(alice, Alert.objects.get(pk=raised[0]["alert"]), "acknowledge", now=NOON)
    passes(NOON)
    assert Counter(endpoint for endpoint, _ in pager.sent) == {"red": 1, "green": 1, "blue": 1}
    assert {message.alert for _, message in pager.sent} <= {alert.pk for alert in Alert.objects.filter(tier="urgent")}


def test_another_write_is_another_message(alice: Person, mailbox: MailReceiver) -> None:
    notes(alice, "saddle_numbness")
    notes(alice, "coughing_blood", now=NOON + timedelta(seconds=5))
    passes(NOON + MINUTE)
    assert len(mailbox.received) == 2


def test_a_receipt_for_the_message_is_one_for_each_alert_in_it(alice: Person, mailbox: MailReceiver) -> None:
    note_all(alice)
    passes(NOON)
    (message,) = messages(alice)
    alert = Alert.objects.get(rule="coughing_blood")
    assert act(alice, alert, "receipt", now=NOON, delivery=str(message), status="opened").status == 204
    assert set(Delivery.objects.values_list("opened_at", flat=True)) == {NOON}
    assert act(alice, alert, "receipt", now=NOON, delivery=str(uuid4()), status="opened").status == 404
