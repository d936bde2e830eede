"""A document of any size comes in: checked whole, kept, stored in the background, and taken back."""

import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.utils import timezone, translation
from django.utils.translation import gettext
from pytest_django import Settings

from alerts.models import Alert
from alerts.screening.diary import screen_diary
from diary.account.erase import erase
from diary.models import AccessLine, Caregiver, Entry, Import, ImportPart, Patient, TakenBack, Treatment
from diary.recording import bounds
from diary.recording.imports import accept
from diary.recording.imports import work as working
from diary.tasks import sweep_imports, work_import
from tests.cast import Answer, Person
from tests.diary.identity.database import everything_stored
from tests.diary.recording.importing import at, document, entries, id_of, send, worked
from tests.diary.recordings import entry, event, treatment
from tests.downloads import download


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than ten rows are many, and five are stored together."""
    monkeypatch.setattr(accept, "IN_THE_REQUEST", 10)
    monkeypatch.setattr("diary.format.streamed_document.ROWS_AT_ONCE", 5)


@pytest.fixture
def sent(alice: Person, few: None) -> Answer:
    """Alice has sent 23 entries and a treatment."""
    return send(alice, document(*entries(23), treatments=[treatment()]))


def test_the_services_own_export_of_6000_entries_comes_in_elsewhere(alice: Person, bob: Person) -> None:
    for _ in range(6):
        changes = [
            {"type": "entry", "op": "put", "id": one["id"], "data": one} for one in entries(1000, note="x" * 300)
        ]
        assert alice.post("patients/me/sync", {"cursor": None, "changes": changes}).status == 200
    exported = download(alice, "patients/me/export.json")
    assert len(exported.content) > 2_500_000
    answer = bob.post("patients/me/import", exported.content)
    assert (answer.status, answer.body["rows"], answer.body["done"]) == (202, 6000, 0)
    worked(answer)
    told = bob.get(at(answer)).body
    assert (told["state"], told["done"], told["created"], told["refused"]) == ("done", 6000, 6000, 0)
    assert download(bob, "patients/me/export.json").json["entries"] == exported.json["entries"]


def test_what_is_small_is_stored_before_the_answer_and_can_be_looked_at_all_the_same(alice: Person) -> None:
    answer = send(alice, document(entry(), entry()))
    assert (answer.status, answer.body["entries"]["stored"]) == (200, 2)
    assert alice.get(at(answer)).body["created"] == 2


def test_what_is_large_is_answered_with_where_to_look_and_when(alice: Person, sent: Answer) -> None:
    assert (sent.status, sent.headers["Retry-After"]) == (202, "5")
    assert alice.get(at(sent)).body == sent.body
    assert (sent.body["state"], sent.body["rows"], sent.body["done"], sent.body["created"]) == ("waiting", 24, 0, 0)
    assert Entry.objects.count() == 0


def test_it_says_how_far_it_is_and_what_was_tried_comes_first(alice: Person, sent: Answer) -> None:
    worked(sent, steps=1)
    assert (Treatment.objects.count(), Entry.objects.count()) == (1, 0)
    worked(sent, steps=2)
    told = alice.get(at(sent))
    assert (told.body["state"], told.body["done"], told.body["created"]) == ("waiting", 11, 11)
    assert told.headers["Retry-After"] == "5"
    worked(sent)
    told = alice.get(at(sent))
    assert (told.body["state"], told.body["done"], "Retry-After" in told.headers) == ("done", 24, False)
    assert ImportPart.objects.filter(sealed__isnull=False).count() == 0


def test_doing_it_again_does_nothing(alice: Person, sent: Answer) -> None:
    worked(sent)
    rows = list(Entry.objects.order_by("id").values_list("id", "version", "revision"))
    work_import(str(id_of(sent)))
    assert list(Entry.objects.order_by("id").values_list("id", "version", "revision")) == rows


def test_a_worker_that_died_is_followed_by_another_after_a_minute(alice: Person, sent: Answer) -> None:
    Import.objects.update(due_at=timezone.now() + timedelta(seconds=59), attempts=1)  # someone took it up
    worked(sent)
    assert Entry.objects.count() == 0
    Import.objects.update(due_at=timezone.now())
    assert worked(sent).state == "done"


def test_work_that_fails_rests_ever_longer(alice: Person, sent: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(working._STEPS, "waiting", _fails)
    now = timezone.now()
    rests = []
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            working.work(import_id=id_of(sent), now=now)
        due_at = Import.objects.get().due_at
        assert due_at is not None
        rests.append(due_at - now)
        Import.objects.update(due_at=now)
    assert rests == [timedelta(minutes=minutes) for minutes in (1, 2, 4)]


def _fails(*_: Any) -> bool:
    raise ZeroDivisionError


def test_a_fault_in_the_last_row_of_many_keeps_nothing(alice: Person, few: None) -> None:
    rows = entries(40)
    rows[39]["night_pain"] = 11
    rows[17]["id"] = rows[3]["id"]
    answer = send(alice, document(*rows))
    assert (answer.status, answer.pointers) == (400, {"/entries/39/night_pain", "/entries/17/id"})
    assert not Import.objects.exists()


def test_the_same_document_while_it_is_imported_is_the_same_import(alice: Person, few: None) -> None:
    given = document(*entries(23))
    first = send(alice, given)
    worked(first, steps=1)
    again = send(alice, given)
    assert (again.status, at(again), again.body["done"]) == (202, at(first), 5)
    assert Import.objects.count() == 1


def test_another_large_one_has_to_wait_and_a_small_one_has_not(alice: Person, sent: Answer) -> None:
    refused = send(alice, document(*entries(11)))
    assert (refused.status, refused.body["type"]) == (429, "/problems/import-in-progress")
    assert int(refused.headers["Retry-After"]) > 0
    assert send(alice, document(entry())).status == 200
    worked(sent)
    assert send(alice, document(*entries(11))).status == 202


def test_what_stands_stays_and_the_first_that_were_refused_are_named(alice: Person, few: None) -> None:
    rows = entries(12)
    stands, gone = rows[0] | {"worst_pain": 9}, rows[1]
    alice.put(f"patients/me/entries/{stands['id']}", stands)
    alice.delete(f"patients/me/entries/{gone['id']}")
    answer = send(alice, document(*rows))
    worked(answer)
    told = alice.get(at(answer), Accept_Language="de").body
    assert (told["created"], told["unchanged"], told["refused"]) == (10, 0, 2)
    named = {row["id"]: row["problem"] for row in told["problems"]}
    with translation.override("de"):
        assert named[stands["id"]]["title"] == gettext("Different content is stored here")
    assert named[gone["id"]]["type"] == "/problems/gone"
    assert alice.get(f"patients/me/entries/{stands['id']}").body["worst_pain"] == 9


def test_what_a_day_does_not_take_in_goes_on_tomorrow(
    alice: Person, sent: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "WRITES_A_DAY", 8)
    assert worked(sent).state == "waiting"
    assert Entry.objects.count() == 5  # with the treatment, six; another five would be too many
    tomorrow = datetime.combine(timezone.now().astimezone(UTC).date() + timedelta(days=1), datetime.min.time(), UTC)
    assert Import.objects.get().due_at == tomorrow
    monkeypatch.setattr(bounds, "WRITES_A_DAY", 1000)
    working.work(import_id=id_of(sent), now=tomorrow)
    assert (Import.objects.get().state, Entry.objects.count()) == ("done", 23)


def test_who_may_no_longer_write_the_diary_has_the_rest_stopped(alice: Person, bob: Person, few: None) -> None:
    place = bob.cares_for(alice, "log")
    answer = send(bob, document(*entries(23)), into=alice)
    worked(answer, steps=1)
    Caregiver.objects.filter(pk=place.pk).update(level="read")
    assert worked(answer).state == "stopped"
    assert (Entry.objects.count(), ImportPart.objects.filter(sealed__isnull=False).exists()) == (5, False)
    assert bob.get(at(answer)).status == 404
    assert alice.get(at(answer)).body["state"] == "stopped"


def test_an_account_that_is_erased_takes_what_waits_with_it(alice: Person, bob: Person, few: None) -> None:
    bob.cares_for(alice, "log")
    his = send(bob, document(*entries(23)), into=alice)
    hers = send(alice, document(*entries(3)))
    worked(his, steps=1)
    erase(user_id=bob.id, now=timezone.now())
    assert worked(his).state == "stopped"
    assert alice.get(at(his)).body["sent_by"] is None
    erase(user_id=alice.id, now=timezone.now())
    work_import(str(id_of(hers)))
    assert not Import.objects.exists()
    assert not ImportPart.objects.exists()


def test_danger_signs_are_read_at_once_and_kept_when_they_are_stored(alice: Person, few: None) -> None:
    today = timezone.now().date().isoformat()
    numb = entry(date=today, recorded_at=f"{today}T00:00:00Z", symptoms={"saddle_numbness": True})
    old = entry(date="2024-01-01", symptoms={"coughing_blood": True})
    answer = send(alice, document(*entries(20), numb, old))
    assert [(one["rule"], one["stored"]) for one in answer.body["raised"]] == [("cauda_equina", False)]
    worked(answer)
    raised = alice.get(at(answer)).body["raised"]
    assert [(one["rule"], one["stored"], one["news"]) for one in raised] == [
        ("cauda_equina", True, False),
        ("coughing_blood", True, False),
    ]
    screen_diary(patient_id=alice.patient_id, now=timezone.now())
    assert {alert.opened_at for alert in Alert.objects.all()} == {None}  # told to no one
    assert {alert["rule"] for alert in alice.get("patients/me/alerts").body["items"]} == {
        "cauda_equina",
        "coughing_blood",
    }


def test_a_row_that_is_refused_as_another_is_under_way_carries_its_signs(alice: Person, sent: Answer) -> None:
    today = timezone.now().date().isoformat()
    numb = entry(date=today, recorded_at=f"{today}T00:00:00Z", symptoms={"saddle_numbness": True})
    refused = send(alice, document(*entries(11), numb))
    assert (refused.status, [one["rule"] for one in refused.body["raised"]]) == (429, ["cauda_equina"])


def test_nothing_of_what_waits_can_be_read_in_the_database(alice: Person, few: None) -> None:
    send(alice, document(*entries(11, note="quartz-and-feldspar"), treatments=[treatment(name="Granitol")]))
    stored = everything_stored()
    assert "quartz" not in stored
    assert "Granitol" not in stored


def test_what_waits_and_what_was_told_can_be_read_after_the_keys_change(
    alice: Person, few: None, settings: Settings
) -> None:
    numb = entry(symptoms={"saddle_numbness": True})
    told, waits = send(alice, document(numb)), send(alice, document(*entries(11)))
    new = Fernet.generate_key().decode()
    settings.NOTE_KEYS = [new, *settings.NOTE_KEYS]
    call_command("rotate_note_keys")
    settings.NOTE_KEYS = [new]
    assert alice.get(at(told)).body["raised"][0]["rule"] == "cauda_equina"
    assert worked(waits).state == "done"


def test_the_owner_reads_who_imported_and_who_took_it_back(alice: Person, bob: Person, few: None) -> None:
    bob.cares_for(alice, "log")
    answer = send(bob, document(*entries(11)), into=alice)
    worked(answer)
    bob.get(at(answer))
    bob.delete(at(answer))
    lines = AccessLine.objects.order_by("id").values_list("action", "resource", "resource_id")
    assert list(lines) == [
        ("imported", "document", None),
        ("read", "document", id_of(answer)),
        ("taken_back", "document", id_of(answer)),
    ]
    assert set(AccessLine.objects.values_list("actor_id", flat=True)) == {bob.id}


def test_what_never_arrived_is_removed(alice: Person, sent: Answer) -> None:
    left_behind = Import.objects.create(
        patient_id=alice.patient_id, state="arriving", accepted_at=timezone.now(), due_at=timezone.now(), digest=b""
    )
    assert alice.get(f"patients/me/imports/{left_behind.pk}").status == 404
    sweep_imports()
    assert [one.pk for one in Import.objects.all()] == [id_of(sent)]


def test_only_the_last_imports_are_remembered(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accept, "KEPT", 2)
    answers = [send(alice, document(entry())) for _ in range(4)]
    assert [alice.get(at(answer)).status for answer in answers] == [404, 200, 200, 200]


class Pieces:
    """A document of so many bytes that no one ever holds whole."""

    def __init__(self, size: int) -> None:
        self._left = self._made(size)
        self._rest = b""

    def read(self, most: int) -> bytes:
        while len(self._rest) < most and (more := next(self._left, None)):
            self._rest += more
        piece, self._rest = self._rest[:most], self._rest[most:]
        return piece

    def _made(self, size: int) -> Iterator[bytes]:
        yield b'{"format":"symptom-diary/1","patient":{},"entries":['
        one = json.dumps(entry()).replace(" ", "")
        same = one.replace(json.loads(one)["id"], "{}")
        for number in range(size // len(one)):
            yield (b"," if number else b"") + one.replace(json.loads(one)["id"], str(uuid4())).encode()
        assert same
        yield b"]}"


@pytest.mark.nightly
def test_a_document_of_any_size_takes_the_same_memory() -> None:
    def peak(size: int) -> int:
        tracemalloc.start()
        try:
            with accept.file_in(Pieces(size).read, now=timezone.now()) as file:
                assert sum(len(rows.contents) for rows in file.batches()) > size // 200
                assert file.faults == []
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    small, large = peak(2**20), peak(2**24)
    assert large < small + 12 * 2**20  # the ids of 50,000 rows
    assert large < 24 * 2**20


def test_taken_back_it_is_as_if_it_had_never_been(alice: Person, sent: Answer) -> None:
    worked(sent)
    answer = alice.delete(at(sent))
    assert (answer.status, answer.body["state"]) == (202, "taking_back")
    worked(sent, steps=2)
    assert alice.get(at(sent)).body["removed"] == 10
    worked(sent)
    told = alice.get(at(sent)).body
    assert (told["state"], told["created"], told["removed"], told["kept"]) == ("taken_back", 24, 24, 0)
    assert not Entry.objects.exists()
    assert not Treatment.objects.exists()
    assert Patient.objects.get(pk=alice.patient_id).row_count == 0


def test_the_same_document_can_be_imported_again(alice: Person, few: None) -> None:
    given = document(*entries(5))
    first = send(alice, given)
    taken = alice.delete(at(first))
    assert (taken.status, taken.body["state"], taken.body["removed"]) == (200, "taken_back", 5)
    assert send(alice, given).body["entries"] == {"stored": 5, "unchanged": 0, "conflict": 0, "deleted": 0}
    one = alice.get(f"patients/me/entries/{given['entries'][0]['id']}")
    assert (one.status, one.body["version"]) == (200, 1)


def test_what_was_changed_or_deleted_since_stays(alice: Person, few: None) -> None:
    rows = entries(5)
    answer = send(alice, document(*rows, events=[event()]))
    alice.put(f"patients/me/entries/{rows[0]['id']}", rows[0] | {"worst_pain": 3}, If_Match='"1"')
    alice.delete(f"patients/me/entries/{rows[1]['id']}")
    own = entry()
    alice.put(f"patients/me/entries/{own['id']}", own)
    taken = alice.delete(at(answer)).body
    assert (taken["removed"], taken["kept"]) == (4, 2)
    assert {one["id"] for one in alice.get("patients/me/entries").body["items"]} == {rows[0]["id"], own["id"]}
    assert alice.put(f"patients/me/entries/{rows[1]['id']}", rows[1]).status == 410


def test_taking_back_what_is_not_finished_ends_it(alice: Person, sent: Answer) -> None:
    worked(sent, steps=3)
    alice.delete(at(sent))
    told = worked(sent)
    assert (told.state, told.removed, Entry.objects.count(), ImportPart.objects.count()) == ("taken_back", 11, 0, 0)
    again = alice.delete(at(sent))
    assert (again.status, again.body["removed"], again.body["kept"]) == (200, 11, 0)


def test_a_phone_that_has_the_rows_hears_that_they_are_gone(alice: Person, few: None) -> None:
    given = document(*entries(3))
    answer = send(alice, given)
    phone = alice.post("patients/me/sync", {"cursor": None, "changes": []}).body
    assert len(phone["changes"]) == 3
    alice.delete(at(answer))
    heard = alice.post("patients/me/sync", {"cursor": phone["cursor"], "changes": []}).body
    assert sorted((one["op"], one["id"], one["version"], one["data"]) for one in heard["changes"]) == sorted(
        ("delete", one["id"], 1, None) for one in given["entries"]
    )
    send(alice, given)
    again = alice.post("patients/me/sync", {"cursor": heard["cursor"], "changes": []}).body
    assert [(one["op"], one["version"]) for one in again["changes"]] == [("put", 1)] * 3
    fresh = alice.post("patients/me/sync", {"cursor": None, "changes": []}).body
    assert [one["op"] for one in fresh["changes"]] == ["put"] * 3


def test_an_edit_that_a_phone_made_of_a_row_that_is_gone_is_a_conflict_and_not_lost(alice: Person) -> None:
    row = entry()
    answer = send(alice, document(row))
    alice.delete(at(answer))
    edited = {"type": "entry", "op": "put", "id": row["id"], "if_version": 1, "data": row | {"worst_pain": 7}}
    (result,) = alice.post("patients/me/sync", {"cursor": None, "changes": [edited]}).body["results"]
    assert (result["status"], result["version"], result["current"]) == ("conflict", None, None)


def test_many_that_were_taken_back_come_down_in_pages(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diary.recording.sync.PAGE", 4)
    answer = send(alice, document(*entries(10)))
    cursor, has_more = None, True
    while has_more:
        page = alice.post("patients/me/sync", {"cursor": cursor, "changes": []}).body
        cursor, has_more = page["cursor"], page["has_more"]
    alice.delete(at(answer))
    heard: list[str] = []
    has_more = True
    while has_more:
        page = alice.post("patients/me/sync", {"cursor": cursor, "changes": []}).body
        heard += [one["id"] for one in page["changes"]]
        cursor, has_more = page["cursor"], page["has_more"]
    assert len(set(heard)) == len(heard) == 10


def test_only_so_many_are_kept_for_phones_as_a_diary_may_hold(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    first = send(alice, document(*entries(3)))
    second = send(alice, document(*entries(3)))
    monkeypatch.setattr("diary.recording.imports.take_back.ROWS", 4)
    alice.delete(at(first))
    alice.delete(at(second))
    assert TakenBack.objects.count() == 4


def test_an_alert_for_what_is_gone_goes_too(alice: Person) -> None:
    answer = send(alice, document(entry(symptoms={"saddle_numbness": True})))
    assert Alert.objects.get().state == "closed"  # kept, and told to no one
    alice.delete(at(answer))
    screen_diary(patient_id=alice.patient_id, now=timezone.now())
    assert Alert.objects.get().state == "withdrawn"


def test_a_dry_run_says_what_would_be_and_does_nothing(alice: Person, few: None) -> None:
    rows = entries(12)
    alice.put(f"patients/me/entries/{rows[0]['id']}", rows[0])
    alice.put(f"patients/me/entries/{rows[1]['id']}", rows[1] | {"worst_pain": 9})
    alice.delete(f"patients/me/entries/{rows[2]['id']}")
    given = document(*rows) | {"patient": {"smoking": "never"}}
    answer = send(alice, given, query="?dry_run=true")
    assert answer.status == 200
    assert answer.body["entries"] == {"stored": 9, "unchanged": 1, "conflict": 1, "deleted": 1}
    assert (answer.body["profile"], answer.body["conflicts"]) == ("changed", [{"type": "entry", "id": rows[1]["id"]}])
    assert not Import.objects.exists()
    assert Entry.objects.filter(deleted=False).count() == 2
    assert alice.get("patients/me/profile").body["smoking"] is None


def test_a_dry_run_reads_danger_signs_and_finds_faults(alice: Person) -> None:
    today = timezone.now().date().isoformat()
    numb = entry(date=today, recorded_at=f"{today}T00:00:00Z", symptoms={"saddle_numbness": True})
    answer = send(alice, document(numb), query="?dry_run=true")
    assert [(one["rule"], one["stored"]) for one in answer.body["raised"]] == [("cauda_equina", False)]
    assert send(alice, document(entry(night_pain=11)), query="?dry_run=true").pointers == {"/entries/0/night_pain"}
    assert send(alice, document(), query="?dry_run=perhaps").status == 400
