"""The links in messages that still work: listed to the one they were sent to, and ended by them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from alerts.acting.by_link import act
from alerts.delivery.send import deliver
from alerts.messages.links import alert_link
from alerts.models import Alert, Delivery
from diary.identity.provisioning import issue_token, sign_out_everywhere
from diary.models import Caregiver
from tests.alerts.diaries import saddle_numbness, write
from tests.cast import Person
from tests.receiver import MailReceiver


@pytest.fixture
def emergency(alice: Person, bob: Person, mailbox: MailReceiver) -> Alert:
    """Told to Alice and to Bob by email."""
    bob.cares_for(alice, "alerts")
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    for delivery in Delivery.objects.filter(state="owed"):
        deliver(delivery_id=delivery.pk, now=now)
    return Alert.objects.get()


def sent_to(person: Person) -> Delivery:
    return Delivery.objects.get(recipient=person.user)


def listed(person: Person) -> list[dict[str, Any]]:
    answer = person.get("account/links")
    assert (answer.status, answer.body["next_cursor"]) == (200, None)
    items: list[dict[str, Any]] = answer.body["items"]
    return items


def test_each_sees_the_messages_that_were_sent_to_them(alice: Person, bob: Person, emergency: Alert) -> None:
    (item,), (hers,) = listed(bob), listed(alice)

    assert (item["id"], hers["id"]) == (str(sent_to(bob).message), str(sent_to(alice).message))
    assert item["patient"] == {"id": str(alice.patient_id), "name": "Alice"}
    assert (item["channel"], item["opened_at"]) == ("email", None)
    assert item["sent_at"] < item["expires_at"]


def test_no_link_is_in_the_list(bob: Person, emergency: Alert) -> None:
    sent = sent_to(bob)
    bob.user.refresh_from_db()
    token = alert_link(sent.message, bob.user.links_epoch).rpartition(":")[2]

    assert token not in str(listed(bob))


def test_it_tells_when_somebody_did_something_through_one(bob: Person, emergency: Alert) -> None:
    act(delivery_id=sent_to(bob).message, what="read", now=timezone.now())

    assert listed(bob)[0]["opened_at"] is not None


def test_nobody_else_is_shown_any(charlie: Person, emergency: Alert) -> None:
    assert listed(charlie) == []


def test_whose_diary_it_was_is_not_told_to_who_may_not_know_any_more(bob: Person, emergency: Alert) -> None:
    Caregiver.objects.update(state="ended", ended_at=timezone.now())

    assert [item["patient"] for item in listed(bob)] == [None]


def test_what_is_still_to_be_sent_and_what_machines_were_sent_has_no_links(bob: Person, emergency: Alert) -> None:
    Delivery.objects.filter(recipient=bob.user).update(channel="webhook")
    assert listed(bob) == []

    Delivery.objects.update(
        channel="email", state="owed", sent_at=None, follow_up_at=None, next_attempt_at=timezone.now()
    )
    assert listed(bob) == []


def test_links_leave_the_list_after_thirty_days(bob: Person, emergency: Alert) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=30, minutes=1), tick=False):
        assert listed(bob) == []


def test_one_message_can_be_ended_and_again(alice: Person, bob: Person, emergency: Alert) -> None:
    path = f"account/links/{sent_to(bob).message}"

    assert [bob.delete(path).status for _ in range(2)] == [204, 204]

    assert (listed(bob), len(listed(alice))) == ([], 1)


def test_nobody_ends_those_of_somebody_else(alice: Person, bob: Person, charlie: Person, emergency: Alert) -> None:
    path = f"account/links/{sent_to(bob).message}"

    refused = [person.delete(path) for person in (alice, charlie)]

    missing = charlie.delete(f"account/links/{uuid4()}")
    assert [(answer.status, answer.body) for answer in refused] == [(404, missing.body)] * 2
    assert len(listed(bob)) == 1


def test_all_can_be_ended_and_the_device_stays_signed_in(alice: Person, bob: Person, emergency: Alert) -> None:
    assert bob.delete("account/links").status == 204

    assert (listed(bob), len(listed(alice))) == ([], 1)


def test_those_that_ended_by_signing_out_everywhere_are_not_listed(bob: Person, emergency: Alert) -> None:
    sign_out_everywhere(user=bob.user)
    bob.user.refresh_from_db()
    bob.token = issue_token(user=bob.user, now=timezone.now())

    assert listed(bob) == []
