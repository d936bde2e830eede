"""Local time is that of the wall where the person is now, as their own devices and entries told it last."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from diary.format.fields import Entry
from diary.reaching.local_time import local_date, zone_name_of, zone_of
from diary.reaching.quiet_times import quiet_times
from tests.alerts.diaries import NOON, TODAY, days_ago, edit, entry, write
from tests.cast import Person

pytestmark = pytest.mark.django_db
TOKYO, MADRID = "Asia/Tokyo", "Europe/Madrid"
HOUR = timedelta(hours=1)


def written_in(zone: str, *, at: datetime = NOON) -> Entry:
    return Entry(id=uuid4(), date=at.astimezone(ZoneInfo(zone)).date(), recorded_at=at, time_zone=zone)


def phone(person: Person, number: int, zone: str | None) -> None:
    id_ = f"0190b6e0-0000-7000-8000-{number:012}"
    stands = person.get(f"devices/{id_}")
    match = {"If_Match": stands.headers["ETag"]} if stands.status == 200 else {}
    body = {"id": id_, "platform": "ios", "time_zone": zone}
    assert person.put(f"devices/{id_}", body, **match).status in (200, 201)


def test_of_whom_nothing_is_known_it_is_utc_and_else_what_the_profile_says(alice: Person) -> None:
    assert zone_of(user_id=alice.id) == ZoneInfo("UTC")
    alice.patch("patients/me/profile", {"time_zone": MADRID})
    assert zone_of(user_id=alice.id) == ZoneInfo(MADRID)


def test_an_entry_written_elsewhere_goes_before_the_profile(alice: Person) -> None:
    alice.patch("patients/me/profile", {"time_zone": MADRID})
    write(alice, written_in(TOKYO))
    assert zone_name_of(user_id=alice.id) == TOKYO
    alice.patch("patients/me/profile", {"time_zone": "Europe/Lisbon"})
    assert zone_name_of(user_id=alice.id) == TOKYO


def test_on_a_journey_the_quiet_hours_are_those_of_the_wall_there(alice: Person) -> None:
    alice.patch("patients/me/profile", {"time_zone": MADRID})
    alice.patch("preferences", {"quiet_hours": {"start": "22:00", "end": "07:00"}})
    write(alice, written_in(TOKYO))
    quiet = quiet_times(user_ids=[alice.id])[alice.id]
    assert quiet.holds(datetime(2026, 6, 30, 15, tzinfo=UTC)), "midnight in Tokyo"
    assert not quiet.holds(datetime(2026, 6, 30, 23, tzinfo=UTC)), "eight in the morning in Tokyo"


def test_of_two_phones_in_two_zones_the_one_heard_from_last_counts_even_with_nothing_new(alice: Person) -> None:
    phone(alice, 1, MADRID)
    phone(alice, 2, TOKYO)
    assert zone_name_of(user_id=alice.id) == TOKYO
    phone(alice, 1, MADRID)
    assert zone_name_of(user_id=alice.id) == MADRID


def test_a_phone_that_says_no_zone_changes_nothing(alice: Person) -> None:
    phone(alice, 1, TOKYO)
    phone(alice, 2, None)
    assert zone_name_of(user_id=alice.id) == TOKYO


def test_of_a_queue_that_was_written_on_the_way_the_entry_recorded_last_counts(alice: Person) -> None:
    write(alice, written_in(TOKYO, at=NOON), written_in(MADRID, at=NOON - 20 * HOUR))
    assert zone_name_of(user_id=alice.id) == TOKYO


def test_an_entry_from_before_the_journey_that_is_edited_brings_nobody_back(alice: Person) -> None:
    at_home = written_in(MADRID, at=NOON - timedelta(days=3))
    write(alice, at_home)
    write(alice, written_in(TOKYO))
    edit(alice, Entry(id=at_home.id, date=at_home.date, recorded_at=NOON, time_zone=MADRID, worst_pain=3))
    assert zone_name_of(user_id=alice.id) == TOKYO
    edit(alice, Entry(id=at_home.id, date=at_home.date, recorded_at=NOON, time_zone="Asia/Seoul", worst_pain=3))
    assert zone_name_of(user_id=alice.id) == "Asia/Seoul"


def test_what_a_caregiver_writes_says_neither_where_the_patient_is_nor_where_they_are(
    alice: Person, bob: Person
) -> None:
    bob.cares_for(alice, "log")
    one = written_in(TOKYO)
    body = {"id": str(one.id), "date": str(one.date), "recorded_at": NOON.isoformat(), "time_zone": TOKYO}
    assert bob.put(f"patients/{alice.patient_id}/entries/{one.id}", body).status == 201
    assert (zone_name_of(user_id=alice.id), zone_name_of(user_id=bob.id)) == ("UTC", "UTC")


def test_what_is_imported_says_nothing_about_now(alice: Person) -> None:
    one = written_in(TOKYO)
    row = {"id": str(one.id), "date": str(one.date), "recorded_at": NOON.isoformat(), "time_zone": TOKYO}
    document = {"format": "symptom-diary/1", "patient": {}, "entries": [row], "treatments": [], "events": []}
    assert alice.post("patients/me/import", document).status == 200
    assert zone_name_of(user_id=alice.id) == "UTC"


def test_today_is_the_date_there_across_the_date_line(alice: Person) -> None:
    at = datetime(2026, 6, 30, 10, 30, tzinfo=UTC)
    phone(alice, 1, "Pacific/Kiritimati")
    assert local_date(user_id=alice.id, now=at) == date(2026, 7, 1)
    phone(alice, 1, "Pacific/Pago_Pago")
    assert local_date(user_id=alice.id, now=at) == date(2026, 6, 29)
    assert alice.get("patients/me/screening").status == 200


def test_the_export_holds_it_and_an_erasure_takes_it_along(alice: Person) -> None:
    write(alice, entry(days_ago(1)), entry(TODAY))
    assert alice.user.local_zone.name == "UTC"
    alice.user.delete()
    assert zone_name_of(user_id=alice.id) == "UTC"
