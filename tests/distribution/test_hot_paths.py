"""What everyone asks all day touches one person: their rows, by a key that begins with them. What does not is named."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from alerts import tasks
from alerts.delivery.send import deliver
from alerts.delivery.turns import due_deliveries
from alerts.delivery.urgency import most_urgent_first
from alerts.models import Alert, Delivery, Response, Snooze
from alerts.screening.diary import screen_diary
from diary.models import Device, FailingEndpoint, LocalZone, Phone, ReminderPlan
from tests.alerts.diaries import bloody_cough, nights_that_no_tablet_helped, saddle_numbness, visit, write
from tests.cast import Person
from tests.diary.recordings import entry
from tests.distribution.filled import copy_people
from tests.distribution.plans import Read, Statement, reads, statements_of
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db(transaction=True)

OF_ONE_PERSON: Final = ("patient_id", "user_id", "recipient_id")
"""A key that begins with one of these, or is the id of an account or of a diary, leads to the rows of one person."""
BY_ID: Final = {
    "alerts_alert_pkey": "an alert of someone, by its random id",
    "alerts_delivery_pkey": "one delivery: tasks name it so, and health data is in no task",
    "delivery_by_message": "the few deliveries that are one message to one person",
    "alerts_delivery_alert_id_527311ab": "the deliveries of an alert",
    "alerts_escalationstep_alert_id_72ccbac1": "the steps of an alert",
    "alerts_finding_alert_id_afd12518": "the findings of an alert",
    "alerts_response_alert_id_bf2c43fa": "the answers to an alert",
    "snooze_once": "the snoozes of an alert",
    "diary_caregiver_pkey": "a place in a circle",
}
"""Leads to one person as well; with tables in parts by patient, the patient would have to be asked for beside it."""
GLOBAL: Final = {
    "diary_session_digest_3bc1f9ad_like": "whose token it is: by its hash",
    "delivery_due": "deliveries due: what is finished is not in this index",
    "delivery_unseen": "deliveries that no one has looked at in time",
    "escalation_step_due": "steps of escalations due",
    "patient_unscreened": "unscreened diaries",
}
"""What crosses people, each by an index of its own; all but the first hold only what there is to do."""
FEW_ROWS: Final = {
    "alerts_outboundcall": "calls in progress now: no more than there are threads",
    "alerts_receivercircuit": "servers that have not answered for a week",
    "alerts_screeningfailure": "diaries whose screening fails",
}
"""Read as a whole: they stay small however many people there are."""


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[MailReceiver]:
    """A real SMTP server, which this process' mail goes to."""
    with MailReceiver() as receiver:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(receiver.url.rpartition(":")[2])
        yield receiver


@pytest.fixture
def alice_among_many() -> Person:
    """A diary with an open emergency, someone who cares and a bit of everything; and 200 others like it."""
    now, alice, bob = timezone.now(), Person("Alice"), Person("Bob")
    bob.cares_for(alice, "log")
    write(alice, visit(now.date() - timedelta(days=300)), now=now)
    write(alice, *nights_that_no_tablet_helped(until=now.date(), weeks=3), now=now)
    write(alice, saddle_numbness(now.date()), now=now)
    screen_diary(patient_id=alice.patient_id, now=now)
    Delivery.objects.update(state="sent", sent_at=now, attempts=1, next_attempt_at=None)
    have_a_bit_of_everything(alice, bob, now)
    copy_people(200)
    return alice


def have_a_bit_of_everything(alice: Person, bob: Person, now: datetime) -> None:
    """So that no table is so small that all of it is read as fast as a row."""
    alert = Alert.objects.filter(patient=alice.patient_id)[0]
    Response.objects.create(patient_id=alice.patient_id, alert=alert, user=bob.user, word="read", at=now)
    Snooze.objects.create(alert=alert, user=bob.user, until=now + timedelta(days=1))
    for person in (alice, bob):
        person.patch("preferences", {"quiet_hours": None})
        ReminderPlan.objects.create(user=person.user, unanswered=1)
        LocalZone.objects.get_or_create(user=person.user, defaults={"name": "Europe/Madrid", "since": now})
        Phone.objects.create(user=person.user, number="+34600000001", verified_at=now)
        Device.objects.create(
            user=person.user, id=uuid4(), platform="android", push_token=f"token of {person.email}", updated_at=now
        )
        FailingEndpoint.objects.create(
            user=person.user, channel="push", endpoint="gone", address_digest="0", reason="refused", failing_since=now
        )


def test_nothing_crosses_a_person_but_what_is_named(alice_among_many: Person, mailbox: MailReceiver) -> None:
    asked = everything_hot(alice_among_many)
    assert mailbox.received
    used: set[str] = set()
    unnamed = defaultdict(set)
    for path, statements in asked.items():
        for read in {read for one in statements for read in reads(one, only_without_an_index=True)}:
            if not of_one_person(read):
                used.add(read.index or read.table)
                if read.index not in BY_ID.keys() | GLOBAL.keys() and read.table not in FEW_ROWS:
                    unnamed[path].add(read)
    assert dict(unnamed) == {}
    assert used >= GLOBAL.keys(), "what is named is no longer asked for"


def everything_hot(alice: Person) -> dict[str, list[Statement]]:
    """The statements of each of the paths that are walked all day."""
    now, new = timezone.now(), entry()
    paths: dict[str, Callable[[], object]] = {
        "write": lambda: alice.put(f"patients/me/entries/{new['id']}", new),
        "danger sign": lambda: write(alice, bloody_cough(now.date()), now=now),
        "sync": lambda: alice.post("patients/me/sync", {"cursor": None, "changes": []}),
        "days": lambda: alice.get("patients/me/days"),
        "alerts": lambda: alice.get("patients/me/alerts"),
        "caring": lambda: alice.get("caring"),
        "screening": lambda: screen_diary(patient_id=alice.patient_id, now=now),
        "sweep of diaries": tasks.sweep_diaries,
        "sweep of deliveries": tasks.sweep_deliveries,
        "sweep of escalations": tasks.sweep_escalations,
        "sweep of what no one looked at": tasks.follow_unseen,
        "delivery": deliver_what_is_due,
    }
    asked = {}
    for path, walk in paths.items():
        asked[path] = statements_of(walk)
    assert all(asked.values())
    return asked


def deliver_what_is_due() -> None:
    """By the nudges that a sweep would send: each names one delivery."""
    for delivery in most_urgent_first(due_deliveries(now=timezone.now())):
        deliver(delivery_id=delivery.pk, now=timezone.now())


def of_one_person(read: Read) -> bool:
    """Whether the rows of one person are read, by an index that begins with them."""
    if read.index in {"diary_user_pkey", "diary_patient_pkey"}:
        return "id" in read.condition
    first = first_column(read.index) if read.index else ""
    return first in OF_ONE_PERSON and first in read.condition


@cache
def first_column(index: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [index])
        return str((cursor.fetchone() or ("",))[0])
