"""Receipts: an app tells what became of a message to its own person, and of no one else's."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from alerts.delivery.send import deliver
from alerts.models import Alert, Delivery
from diary.models import AccessLine, Caregiver
from tests.alerts.diaries import saddle_numbness, write
from tests.cast import Answer, Person, send
from tests.receiver import MailReceiver

FIRST = datetime(2026, 7, 1, 9, tzinfo=UTC)


@pytest.fixture
def alert(alice: Person, bob: Person, mailbox: MailReceiver) -> Alert:
    """An emergency that Alice and Bob were told of."""
    bob.cares_for(alice, "alerts")
    write(alice, saddle_numbness(timezone.now().date()), now=timezone.now())
    for delivery in Delivery.objects.all():
        deliver(delivery_id=delivery.pk, now=timezone.now())
    return Alert.objects.get()


def sent_to(person: Person) -> Delivery:
    return Delivery.objects.get(recipient=person.user, step="raised")


def receipt(person: Person, delivery: Delivery, status: str, *, at: datetime | None = None) -> Answer:
    """What the person's app says of a delivery."""
    path = f"patients/{delivery.patient_id}/alerts/{delivery.alert_id}/receipt"
    with time_machine.travel(at or timezone.now(), tick=False):
        return person.post(path, {"delivery": str(delivery.pk), "status": status})


def facts(person: Person) -> tuple[datetime | None, datetime | None]:
    delivery = sent_to(person)
    return delivery.delivered_at, delivery.opened_at


def test_delivered_and_opened_are_facts_of_their_own(bob: Person, alert: Alert) -> None:
    answer = receipt(bob, sent_to(bob), "delivered", at=FIRST)
    assert (answer.status, answer.body, facts(bob)) == (204, None, (FIRST, None))
    later = FIRST + timedelta(minutes=5)
    receipt(bob, sent_to(bob), "opened", at=later)
    assert facts(bob) == (FIRST, later)


def test_what_was_opened_was_delivered(bob: Person, alert: Alert) -> None:
    receipt(bob, sent_to(bob), "opened", at=FIRST)
    assert facts(bob) == (FIRST, FIRST)


@pytest.mark.parametrize("order", list(permutations(["delivered", "opened", "delivered", "opened"], 3)))
def test_the_first_of_each_stays_whatever_follows(bob: Person, alert: Alert, order: tuple[str, ...]) -> None:
    for minutes, status in enumerate(order):
        assert receipt(bob, sent_to(bob), status, at=FIRST + timedelta(minutes=minutes)).status == 204
    opened = FIRST + timedelta(minutes=order.index("opened")) if "opened" in order else None
    assert facts(bob) == (FIRST, opened)


def test_one_that_was_opened_needs_no_other_channel_and_one_that_merely_arrived_does(bob: Person, alert: Alert) -> None:
    due = timezone.now() + timedelta(hours=1)
    Delivery.objects.filter(recipient=bob.user).update(follow_up_at=due)
    receipt(bob, sent_to(bob), "delivered")
    assert sent_to(bob).follow_up_at == due
    receipt(bob, sent_to(bob), "opened")
    assert sent_to(bob).follow_up_at is None


def test_a_receipt_may_overtake_our_own_record(bob: Person, alert: Alert) -> None:
    Delivery.objects.filter(recipient=bob.user).update(
        state="sending", sent_at=None, next_attempt_at=timezone.now() + timedelta(minutes=1)
    )
    assert receipt(bob, sent_to(bob), "opened", at=FIRST).status == 204
    assert facts(bob) == (FIRST, FIRST)


def test_what_was_never_sent_cannot_have_arrived(bob: Person, alert: Alert) -> None:
    Delivery.objects.filter(recipient=bob.user).update(
        state="owed", attempts=0, sent_at=None, next_attempt_at=timezone.now()
    )
    assert receipt(bob, sent_to(bob), "opened").status == 404
    assert facts(bob) == (None, None)


def test_nobody_elses_delivery_is_there(alice: Person, bob: Person, charlie: Person, alert: Alert) -> None:
    missing = bob.post(
        f"patients/{alice.patient_id}/alerts/{alert.pk}/receipt", {"delivery": str(uuid4()), "status": "opened"}
    )
    assert missing.status == 404
    for who, whose in ((alice, bob), (bob, alice), (charlie, bob), (charlie, alice)):
        refused = receipt(who, sent_to(whose), "opened")
        assert (refused.status, refused.body) == (404, missing.body)
    assert facts(alice) == facts(bob) == (None, None)


def test_a_delivery_of_another_alert_or_diary_is_not_there(alice: Person, bob: Person, alert: Alert) -> None:
    body = {"delivery": str(sent_to(bob).pk), "status": "opened"}
    assert bob.post(f"patients/{alice.patient_id}/alerts/{uuid4()}/receipt", body).status == 404
    assert bob.post(f"patients/me/alerts/{alert.pk}/receipt", body).status == 404
    assert facts(bob) == (None, None)


def test_who_lost_consent_tells_nothing(bob: Person, alert: Alert) -> None:
    Caregiver.objects.update(state="ended", ended_at=timezone.now())
    assert receipt(bob, sent_to(bob), "opened").status == 404
    assert facts(bob) == (None, None)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"status": "opened"}, {"/delivery"}),
        ({"delivery": str(uuid4())}, {"/status"}),
        ({"delivery": str(uuid4()), "status": "seen"}, {"/status"}),
        ({"delivery": 5, "status": "opened"}, {"/delivery"}),
        ({"delivery": str(uuid4()), "status": "opened", "at": "2026-01-01T00:00:00Z"}, {"/at"}),
    ],
)
def test_what_makes_no_sense_is_refused(bob: Person, alert: Alert, body: object, pointers: set[str]) -> None:
    answer = bob.post(f"patients/{alert.patient_id}/alerts/{alert.pk}/receipt", body)
    assert (answer.status, answer.pointers) == (400, pointers)


def test_it_takes_a_token(alert: Alert, bob: Person) -> None:
    body = {"delivery": str(sent_to(bob).pk), "status": "opened"}
    assert send("POST", f"patients/{alert.patient_id}/alerts/{alert.pk}/receipt", body).status == 401


def test_a_receipt_is_no_look_into_the_diary(bob: Person, alert: Alert) -> None:
    receipt(bob, sent_to(bob), "opened")
    assert not AccessLine.objects.filter(actor_id=bob.id).exists()


def test_everyone_sees_what_became_of_each_message(alice: Person, bob: Person, alert: Alert) -> None:
    receipt(bob, sent_to(bob), "opened", at=FIRST)
    path = f"patients/{alice.patient_id}/alerts/{alert.pk}"
    for reader in (alice, bob):
        shown = {one["recipient"]["name"]: one for one in reader.get(path).body["deliveries"]}
        assert (shown["Bob"]["delivered_at"], shown["Bob"]["opened_at"]) == ("2026-07-01T09:00:00Z",) * 2
        assert shown["Alice"]["opened_at"] is None
        assert shown["Bob"]["id"] == str(sent_to(bob).pk)


def test_only_its_recipient_sees_which_phone_a_message_went_to(alice: Person, bob: Person, alert: Alert) -> None:
    Delivery.objects.filter(recipient=bob.user).update(endpoint="bobs-phone")
    path = f"patients/{alice.patient_id}/alerts/{alert.pk}"
    for reader, sees in ((alice, None), (bob, "bobs-phone")):
        shown = {one["recipient"]["name"]: one["endpoint"] for one in reader.get(path).body["deliveries"]}
        assert shown["Bob"] == sees


def test_an_acknowledgement_may_name_the_message_that_led_there(alice: Person, bob: Person, alert: Alert) -> None:
    path = f"patients/{alice.patient_id}/alerts/{alert.pk}/acknowledge"
    assert bob.post(path, {"delivery": str(sent_to(bob).pk)}).status == 200
    assert facts(bob)[1] is not None
    assert facts(alice) == (None, None)


def test_an_acknowledgement_that_names_somebody_elses_message_is_none(alice: Person, bob: Person, alert: Alert) -> None:
    path = f"patients/{alice.patient_id}/alerts/{alert.pk}/acknowledge"
    assert bob.post(path, {"delivery": str(sent_to(alice).pk)}).status == 404
    alert.refresh_from_db()
    assert (alert.state, facts(alice)) == ("open", (None, None))
