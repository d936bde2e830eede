"""The emergency number in what the service says follows where the patient wrote, through the API and in the mail."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts.delivery.send import deliver
from alerts.delivery.turns import due_deliveries
from alerts.messages.countries import Place
from alerts.whereabouts import whereabouts
from diary.format.fields import Entry
from diary.models import Patient
from tests.alerts.diaries import NOON, TODAY, days_ago, saddle_numbness, write
from tests.cast import Person
from tests.receiver import MailReceiver


def noted_in(zone: str, person: Person, diary: str = "me") -> list[dict[str, Any]]:
    """What the answer raises to numbness that was noted in the zone."""
    now, id_ = timezone.now(), str(uuid4())
    content = {
        "id": id_,
        "date": now.date().isoformat(),
        "recorded_at": now.isoformat(),
        "time_zone": zone,
        "symptoms": {"saddle_numbness": True},
    }
    raised: list[dict[str, Any]] = person.put(f"patients/{diary}/entries/{id_}", content).body["raised"]
    return raised


def profile_of(person: Person) -> Patient:
    return Patient.objects.select_related("user").get(pk=person.patient_id)


@pytest.mark.parametrize(
    ("zone", "number"), [("America/New_York", "911"), ("Asia/Tokyo", "119"), ("Australia/Sydney", "000")]
)
def test_without_a_region_everything_names_the_number_of_where_it_was_noted(
    alice: Person, bob: Person, mailbox: MailReceiver, zone: str, number: str
) -> None:
    bob.cares_for(alice, "alerts")
    (told,) = noted_in(zone, alice)
    assert told["call"] == number
    assert f"or call {number}. Don't wait" in told["advice"]

    (shown,) = alice.get("patients/me/alerts").body["items"]
    assert (shown["advice"], shown["call"]) == (told["advice"], number)
    assert alice.get(f"patients/me/alerts/{told['alert']}").body["call"] == number

    now = timezone.now()
    for delivery in list(due_deliveries(now=now).values_list("pk", flat=True)):
        deliver(delivery_id=delivery, now=now)
    assert f"or call {number}. Don't wait" in mailbox.sent_to(alice.email)[0].text
    assert f"or call {number} (" in mailbox.sent_to(bob.email)[0].text


def test_the_region_of_the_profile_goes_before_where_it_was_noted(alice: Person) -> None:
    Patient.objects.filter(pk=alice.patient_id).update(region="GB")
    (told,) = noted_in("America/New_York", alice)
    assert told["call"] == "999"


def test_a_zone_without_a_country_leaves_the_zone_of_the_profile(alice: Person) -> None:
    Patient.objects.filter(pk=alice.patient_id).update(time_zone="Asia/Tokyo")
    (told,) = noted_in("UTC", alice)
    assert told["call"] == "119"


def test_each_of_two_entries_of_one_day_names_the_number_of_its_own_place(alice: Person) -> None:
    assert [noted_in(zone, alice)[0]["call"] for zone in ("Asia/Tokyo", "Australia/Sydney")] == ["119", "000"]
    assert alice.get("patients/me/alerts").body["items"][0]["call"] == "000"


def test_a_caregiver_who_notes_it_from_abroad_reads_whose_number_it_is(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    Patient.objects.filter(pk=alice.patient_id).update(region="US")
    (told,) = noted_in("Europe/Berlin", bob, str(alice.patient_id))
    assert "call 911 (United States). It only works there; elsewhere, call Alice" in told["advice"]


def test_an_alert_about_a_day_without_an_entry_takes_the_zone_last_written_from(alice: Person) -> None:
    at = datetime(2026, 6, 29, 8, tzinfo=UTC)
    write(alice, Entry(id=uuid4(), date=days_ago(1), recorded_at=at, time_zone="America/New_York"))
    assert whereabouts(profile_of(alice), days=[TODAY]).place(day=TODAY) == Place(None, ("America/New_York",))


def test_a_list_of_alerts_looks_once_where_its_days_were_written(alice: Person) -> None:
    write(alice, *(saddle_numbness(days_ago(days)) for days in range(2)), now=NOON)
    patient = profile_of(alice)
    days = [TODAY - timedelta(days=day) for day in range(20)]
    with CaptureQueriesContext(connection) as looks:
        where = whereabouts(patient, days=days)
        assert [where.place(day=day).country for day in days] == [None] * 20
    assert len(looks) == 2
    with CaptureQueriesContext(connection) as looks:
        patient.region = "GB"
        assert whereabouts(patient, days=days).place(day=TODAY) == Place("GB")
    assert len(looks) == 0
