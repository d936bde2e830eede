"""Files of other apps come in as diary documents do: tried first, twice, taken back, killed half-way."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from alerts.models import Alert, Delivery
from alerts.screening.diary import screen_diary
from diary.models import AccessLine, Entry, Import, ImportPart
from diary.recording.imports import accept
from tests.cast import Answer, Person
from tests.diary.health_files.given import given, health_connect, zip_of
from tests.diary.recording.importing import at, id_of, send_file, worked
from tests.diary.recordings import entry
from tests.downloads import download

KINDS = [
    pytest.param("weights", given("openscale.csv"), 3, 0, id="openscale"),
    pytest.param("weights", given("weights.csv"), 2, 6, id="table"),
    pytest.param("apple_health", given("apple-health.xml"), 3, 3, id="apple"),
    pytest.param("apple_health", zip_of({"a/export.xml": given("apple-health.xml")}), 3, 3, id="apple-zip"),
    pytest.param("health_connect", zip_of({"health_connect_export.db": health_connect()}), 3, 4, id="health-connect"),
    pytest.param("fhir", given("fhir-bundle.json"), 4, 5, id="fhir-bundle"),
    pytest.param("fhir", given("fhir.ndjson"), 4, 5, id="fhir-lines"),
]
NONE = {"stored": 0, "unchanged": 0, "conflict": 0, "deleted": 0}


def table(*weights: tuple[int, float]) -> bytes:
    """Of so many days ago each."""
    lines = [f"{timezone.now().date() - timedelta(days=ago)},{weight}" for ago, weight in weights]
    return "\n".join(["date,weight_kg", *lines]).encode()


@pytest.mark.parametrize(("kind", "raw", "understood", "not_understood"), KINDS)
def test_it_is_tried_imported_imported_again_taken_back_and_imported_once_more(
    alice: Person, kind: str, raw: bytes, understood: int, not_understood: int
) -> None:
    tried = send_file(alice, raw, query="?dry_run=true").body
    assert (tried["kind"], tried["entries"]) == (kind, NONE | {"stored": understood})
    assert tried["left_out"]["not_understood"] == not_understood
    assert not Entry.objects.exists()
    first = send_file(alice, raw)
    assert first.body == tried
    again = send_file(alice, raw)
    assert again.body["entries"] == NONE | {"unchanged": understood}
    assert Entry.objects.count() == understood
    assert send_file(alice, raw, query="?dry_run=true").body["entries"] == NONE | {"unchanged": understood}
    assert alice.delete(at(first)).body["removed"] == understood
    assert not Entry.objects.exists()
    assert send_file(alice, raw).body["entries"] == NONE | {"stored": understood}


def test_what_is_not_understood_is_said_in_the_readers_language(alice: Person) -> None:
    first = send_file(alice, given("weights.csv"), Accept_Language="de").body["left_out"]["first"]
    with translation.override("de"):
        says = gettext("The weight is not between 2 and 500 kilograms.")
    assert {"place": 7, "reason": says} in first
    assert says != "The weight is not between 2 and 500 kilograms."


def test_what_is_left_out_can_be_read_later_too(alice: Person) -> None:
    answer = send_file(alice, given("apple-health.xml"))
    told = alice.get(at(answer)).body
    assert (told["kind"], told["rows"], told["created"]) == ("apple_health", 3, 3)
    assert told["left_out"] == answer.body["left_out"]
    assert told["left_out"]["passed_over"] == 1


def test_a_weight_is_beside_what_the_person_wrote_that_day_and_stands_for_none_of_it(alice: Person) -> None:
    own = entry(date="2024-01-05", recorded_at="2024-01-05T06:00:00+01:00", weight_kg=72.4, worst_pain=3)
    alice.put(f"patients/me/entries/{own['id']}", own)
    send_file(alice, b"date,weight_kg\n2024-01-05,71.3\n")
    assert Entry.objects.count() == 2
    assert alice.get(f"patients/me/entries/{own['id']}").body["weight_kg"] == 72.4
    (day,) = alice.get("patients/me/days?from=2024-01-05&to=2024-01-05").body["items"]
    assert (day["weight_kg"], day["worst_pain"]) == (72.4, 3)


def test_an_entry_that_was_deleted_here_does_not_come_back(alice: Person) -> None:
    send_file(alice, given("openscale.csv"))
    gone = Entry.objects.first()
    assert gone is not None
    alice.delete(f"patients/me/entries/{gone.id}")
    assert send_file(alice, given("openscale.csv")).body["entries"] == NONE | {"unchanged": 2, "deleted": 1}


def test_imported_weights_count_as_any_other(alice: Person) -> None:
    send_file(alice, table((200, 80.0), (190, 80.5), (20, 75.0), (10, 74.5), (1, 74.0)))
    screen_diary(patient_id=alice.patient_id, now=timezone.now())
    alert = Alert.objects.get()
    assert (alert.rule, alert.state) == ("weight_loss", "open")


def test_what_was_lost_long_ago_sets_off_nothing(alice: Person) -> None:
    send_file(
        alice, table(*((ago + 400, weight) for ago, weight in ((200, 80), (190, 80), (20, 75), (10, 74), (1, 74))))
    )
    screen_diary(patient_id=alice.patient_id, now=timezone.now())
    assert not Alert.objects.filter(opened_at__isnull=False).exists()
    assert not Delivery.objects.exists()


def test_a_table_says_its_unit_or_the_person_does(alice: Person) -> None:
    refused = send_file(alice, given("openscale-3.csv"))
    assert (refused.status, refused.body["type"]) == (400, "/problems/malformed-body")
    assert "Choose kilograms or pounds" in refused.body["detail"]
    send_file(alice, given("openscale-3.csv"), query="?weight_unit=lb")
    assert sorted(map(str, Entry.objects.values_list("weight_kg", flat=True))) == ["70.90", "71.30"]


def test_a_refusal_is_said_in_the_readers_language(alice: Person) -> None:
    refused = send_file(alice, b"<html>", Accept_Language="es")
    with translation.override("es"):
        says = gettext("This is not a file that can be imported here.")
    assert (refused.status, refused.body["detail"]) == (400, says)
    assert not Import.objects.exists()


def test_a_file_is_sent_as_json_or_as_a_file(alice: Person) -> None:
    refused = alice.post("patients/me/import", given("weights.csv"), Content_Type="text/csv")
    assert (refused.status, refused.headers["Accept"]) == (415, "application/json, application/octet-stream")
    assert alice.post("patients/me/import", given("fhir-bundle.json")).status == 200


def test_a_caregiver_who_writes_the_diary_brings_a_file_along(alice: Person, bob: Person, charlie: Person) -> None:
    bob.cares_for(alice, "log")
    assert send_file(bob, given("openscale.csv"), into=alice).body["entries"]["stored"] == 3
    assert send_file(charlie, given("openscale.csv"), into=alice).status == 404
    assert AccessLine.objects.filter(actor_id=bob.id, action="imported").count() == 1


def test_the_archive_of_an_account_brings_its_diary(alice: Person, bob: Person) -> None:
    alice.put(f"patients/me/entries/{(own := entry(weight_kg=70.5))['id']}", own)
    archive = download(alice, "account/export").content
    answer = send_file(bob, archive)
    assert (answer.body["kind"], answer.body["entries"]) == ("diary", NONE | {"stored": 1})
    assert bob.get(f"patients/me/entries/{own['id']}").body["weight_kg"] == 70.5


def test_a_table_of_our_own_is_no_table_of_weights(alice: Person) -> None:
    alice.put(f"patients/me/entries/{(own := entry(weight_kg=70.5))['id']}", own)
    refused = send_file(alice, download(alice, "patients/me/export.csv?table=entries").content)
    assert (refused.status, Entry.objects.count()) == (400, 1)


@pytest.fixture
def large(alice: Person, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Alice has sent 60 weights; ten are stored together, and more than ten are many."""
    monkeypatch.setattr(accept, "IN_THE_REQUEST", 10)
    monkeypatch.setattr("diary.health_files.entries.ROWS_AT_ONCE", 10)
    return send_file(alice, table(*((day, 70.0) for day in range(60))))


def test_many_are_stored_in_the_background_and_a_worker_may_die_at_any_moment(alice: Person, large: Answer) -> None:
    assert (large.status, large.body["rows"], large.body["done"]) == (202, 60, 0)
    worked(large, steps=1)
    again = send_file(alice, table(*((day, 70.0) for day in range(60))))
    assert (again.status, at(again), again.body["done"]) == (202, at(large), 10)
    worked(large)
    assert (Import.objects.get().state, Entry.objects.count()) == ("done", 60)
    alice.delete(at(large))
    assert (worked(large).state, Entry.objects.count(), ImportPart.objects.count()) == ("taken_back", 0, 0)


def test_a_weight_is_of_the_day_that_clocks_showed_there(alice: Person) -> None:
    send_file(alice, given("apple-health.xml"))
    days = sorted(Entry.objects.values_list("date", "time_zone"))
    assert days[-1] == (date(2024, 1, 18), "America/New_York")
    assert Import.objects.get(pk=id_of(send_file(alice, given("apple-health.xml")))).counts["entry"] == {"unchanged": 3}
