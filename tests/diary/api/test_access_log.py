"""Who read or changed this diary, and when: written down whatever happens, and never rewritten."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core import mail
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from diary.access.invitations import mail_invitation
from diary.models import AccessLine
from diary.recording.changes import record_changes
from tests.cast import Person, send
from tests.diary.recordings import entry, event, full_entry


def log(person: Person) -> list[tuple[str, str, str]]:
    """Actor, action and resource of every line, oldest first, without the looks at the log itself."""
    items = person.get("patients/me/access-log").body["items"]
    return [
        (item["actor_name"], item["action"], item["resource"])
        for item in reversed(items)
        if item["resource"] != "access-log"
    ]


def test_every_look_and_every_change_is_told_with_its_resource(alice: Person) -> None:
    sent = entry()
    path = f"patients/me/entries/{sent['id']}"
    alice.put(path, sent)
    alice.get(path)
    alice.get("patients/me/entries")
    alice.delete(path)
    alice.post("patients/me/sync", {"cursor": None, "changes": []})
    alice.patch("patients/me/profile", {"smoking": "never"})
    assert log(alice) == [
        ("Alice", "written", "entry"),
        ("Alice", "read", "entry"),
        ("Alice", "read", "entries"),
        ("Alice", "deleted", "entry"),
        ("Alice", "synced", "sync"),
        ("Alice", "written", "profile"),
    ]
    newest_first = alice.get("patients/me/access-log").body["items"]
    assert [item["resource_id"] for item in newest_first if item["resource"] == "entry"] == [sent["id"]] * 3
    assert newest_first[0].keys() == {
        "at",
        "actor",
        "actor_name",
        "action",
        "resource",
        "resource_id",
        "recipient",
        "reason",
    }
    assert newest_first[0]["actor"] == str(alice.id)


def test_the_owner_reads_what_a_caregiver_did(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    hers = f"patients/{alice.patient_id}"
    sent = event()
    bob.get(f"{hers}/entries")
    bob.put(f"{hers}/events/{sent['id']}", sent)
    bob.post(f"{hers}/sync", {"cursor": None, "changes": [{"type": "event", "op": "delete", "id": sent["id"]}]})
    assert log(alice) == [("Bob", "read", "entries"), ("Bob", "written", "event"), ("Bob", "synced", "sync")]
    assert log(bob) == []


def test_every_step_of_consent_is_told_once(alice: Person, bob: Person) -> None:
    place = alice.post("patients/me/caregivers", {"email": bob.email, "level": "read"}).body["id"]
    mail_invitation(caregiver_id=UUID(place), now=timezone.now())
    code = next(line for line in mail.outbox[-1].body.split() if line.count("-") == 7)
    assert bob.post("invitations/accept", {"token": code}).status == 200
    alice.patch(f"patients/me/caregivers/{place}", {"level": "log"})
    bob.delete(f"patients/{alice.patient_id}/caregivers/{place}")
    again = alice.post("patients/me/caregivers", {"email": bob.email, "level": "read"}).body["id"]
    alice.delete(f"patients/me/caregivers/{again}")
    assert log(alice) == [
        ("Alice", "invited", "caregiver"),
        ("Bob", "accepted", "caregiver"),
        ("Alice", "level_changed", "caregiver"),
        ("Bob", "left", "caregiver"),
        ("Alice", "invited", "caregiver"),
        ("Alice", "revoked", "caregiver"),
    ]


def test_whoever_gets_nowhere_leaves_no_line(alice: Person, bob: Person, charlie: Person) -> None:
    bob.cares_for(alice, "alerts")
    hers = f"patients/{alice.patient_id}"
    sent = entry()
    for person in (bob, charlie):
        assert person.get(f"{hers}/entries").status == 404
        assert person.put(f"{hers}/entries/{sent['id']}", sent).status == 404
    assert send("GET", f"{hers}/entries").status == 401
    assert log(alice) == []


def test_a_write_that_is_undone_leaves_no_line(alice: Person) -> None:
    sent = entry(worst_pain=11)
    assert alice.put(f"patients/me/entries/{sent['id']}", sent).status == 400
    assert log(alice) == []


UNUSED = "00000000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", f"entries/{UNUSED}", None, 404),
        ("GET", f"treatments/{UNUSED}", None, 404),
        ("GET", f"alerts/{UNUSED}", None, 404),
        ("GET", "entries?limit=0", None, 400),
        ("GET", "events?cursor=bent", None, 400),
        ("GET", "profile?to=1", None, 400),
        ("GET", "days?from=never", None, 400),
        ("GET", "screening?as_of=never", None, 400),
        ("GET", "alerts?limit=0", None, 400),
        ("GET", "escalation?to=1", None, 400),
        ("GET", "caregivers?to=1", None, 400),
        ("GET", "access-log?limit=0", None, 400),
        ("GET", "export.json?from=never", None, 400),
        ("GET", "export.csv?table=notes", None, 400),
        ("POST", "import", [], 400),
        ("POST", "sync", {"cursor": "bent", "changes": []}, 400),
        ("PATCH", "profile", {"smoking": "sometimes"}, 400),
        ("POST", "import?dry_run=perhaps", {}, 400),
        ("GET", f"imports/{UNUSED}", None, 404),
        ("DELETE", f"imports/{UNUSED}", None, 404),
        ("PUT", "escalation", {}, 400),
        ("POST", "caregivers", {"email": "bob@example.org", "level": "all"}, 400),
        ("PATCH", f"caregivers/{UNUSED}", {"level": "read"}, 404),
        ("DELETE", f"caregivers/{UNUSED}", None, 404),
        ("POST", f"alerts/{UNUSED}/acknowledge", {}, 404),
        ("POST", f"alerts/{UNUSED}/acknowledge", {"note": 5}, 400),
        ("DELETE", f"alerts/{UNUSED}/acknowledge", None, 404),
        ("POST", f"alerts/{UNUSED}/snooze", {"until": "2026-12-01T00:00:00Z"}, 404),
        ("POST", f"alerts/{UNUSED}/outcome", {"outcome": "seen"}, 404),
        ("POST", f"alerts/{UNUSED}/receipt", {"status": "read"}, 404),
    ],
)
def test_a_request_that_is_refused_leaves_no_line(
    alice: Person, method: str, path: str, body: Any, status: int
) -> None:
    assert alice.send(method, f"patients/me/{path}", body).status == status
    assert not AccessLine.objects.exists()


def test_an_export_of_the_account_that_is_refused_leaves_no_line(alice: Person) -> None:
    assert alice.get("account/export?to=1").status == 400
    assert not AccessLine.objects.exists()


def test_a_conflict_shows_what_stands_and_is_told_as_a_look(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    sent = entry(worst_pain=1)
    alice.put(f"patients/me/entries/{sent['id']}", sent)
    path = f"patients/{alice.patient_id}/entries/{sent['id']}"
    assert bob.put(path, sent | {"worst_pain": 2}).status == 409
    assert bob.put(path, sent | {"worst_pain": 2}, If_Match='"7"').status == 412
    assert log(alice)[1:] == [("Bob", "read", "entry")]


def test_what_was_deleted_is_shown_to_nobody_and_leaves_no_line(alice: Person) -> None:
    sent = entry()
    path = f"patients/me/entries/{sent['id']}"
    assert alice.delete(path).status == 204
    assert alice.delete(path).status == 204
    assert alice.put(path, sent).status == 410
    assert log(alice) == [("Alice", "deleted", "entry")]


def test_a_write_that_changes_nothing_is_a_look(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    sent = entry()
    alice.put(f"patients/me/entries/{sent['id']}", sent)
    assert bob.put(f"patients/{alice.patient_id}/entries/{sent['id']}", sent).status == 200
    assert log(alice) == [("Alice", "written", "entry"), ("Bob", "read", "entry")]


def test_a_profile_a_policy_and_a_level_that_stay_as_they_were_are_looks(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "read")
    policy = alice.get("patients/me/escalation").body
    del policy["version"]
    other = policy | {"urgent": {"wait_minutes": 60, "rounds": 2}}
    for _ in range(2):
        assert alice.patch("patients/me/profile", {"smoking": "never"}).status == 200
        assert alice.put("patients/me/escalation", other).status == 200
        assert alice.patch(f"patients/me/caregivers/{place.pk}", {"level": "log"}).status == 200
    assert log(alice).count(("Alice", "written", "profile")) == 1
    assert log(alice).count(("Alice", "written", "escalation")) == 1
    assert log(alice).count(("Alice", "level_changed", "caregiver")) == 1
    assert {line for line in log(alice) if line[1] == "read"} == {
        ("Alice", "read", "profile"),
        ("Alice", "read", "escalation"),
        ("Alice", "read", "caregiver"),
    }


def test_a_stale_change_of_the_profile_shows_it_and_is_told_as_a_look(alice: Person) -> None:
    assert alice.patch("patients/me/profile", {"smoking": "never"}, If_Match='"7"').status == 412
    assert log(alice) == [("Alice", "read", "profile")]


def test_an_import_is_told_once_and_one_that_brings_nothing_is_a_look(alice: Person) -> None:
    document = {"format": "symptom-diary/1", "patient": {"smoking": "never"}, "entries": [entry(), entry()]}
    for _ in range(2):
        assert alice.post("patients/me/import", document).status == 200
    assert log(alice) == [("Alice", "imported", "document"), ("Alice", "read", "document")]


LOOKS = ["profile", "entries", "entries?limit=3", "alerts", "days", "screening", "access-log", "export.json"]


@pytest.mark.parametrize("path", LOOKS)
def test_a_flood_of_one_look_is_one_line_a_minute(alice: Person, bob: Person, path: str) -> None:
    start = timezone.now()
    for minutes, times in ((0, 20), (2, 3)):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            for _ in range(times):
                assert alice.get(f"patients/me/{path}").status == 200
    lines = list(AccessLine.objects.order_by("id"))
    assert [line.at for line in lines] == [start, start + timedelta(minutes=2)]


def test_looks_of_others_and_at_other_things_are_lines_of_their_own(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "read")
    first, second = entry(), entry()
    for sent in (first, second):
        alice.put(f"patients/me/entries/{sent['id']}", sent)
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(2):
            for person in (alice, bob):
                for sent in (first, second):
                    person.get(f"patients/{alice.patient_id}/entries/{sent['id']}")
                person.get(f"patients/{alice.patient_id}/entries")
    assert AccessLine.objects.filter(action="read").count() == 6


def test_every_change_is_a_line_however_fast_they_come(alice: Person) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for pain in range(5):
            sent = entry(worst_pain=pain)
            alice.put(f"patients/me/entries/{sent['id']}", sent)
            up = {"type": "entry", "op": "delete", "id": sent["id"]}
            alice.post("patients/me/sync", {"cursor": None, "changes": [up]})
        for _ in range(5):
            alice.post("patients/me/sync", {"cursor": None, "changes": []})
    assert log(alice)[:10] == [("Alice", "written", "entry"), ("Alice", "synced", "sync")] * 5
    assert len(log(alice)) <= 11


def test_nothing_is_shown_when_the_line_cannot_be_written(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("no room for a line")

    monkeypatch.setattr("diary.api.framework.view.note_look", broken)
    with pytest.raises(OperationalError):
        alice.get("patients/me/profile")


@pytest.mark.parametrize("level", ["alerts", "read", "log"])
def test_the_log_is_the_owners_alone(alice: Person, bob: Person, charlie: Person, level: Any) -> None:
    bob.cares_for(alice, level)
    path = f"patients/{alice.patient_id}/access-log"
    missing = charlie.get(f"patients/{uuid4()}/access-log")
    for person in (bob, charlie):
        answer = person.get(path)
        assert (answer.status, answer.body) == (404, missing.body)
    assert send("GET", path).status == 401


def test_the_log_is_read_page_by_page_newest_first(alice: Person) -> None:
    for smoking in ("never", "former") * 3:
        alice.patch("patients/me/profile", {"smoking": smoking})
    first = alice.get("patients/me/access-log?limit=4").body
    second = alice.get(f"patients/me/access-log?limit=4&cursor={first['next_cursor']}").body
    resources = [item["resource"] for item in first["items"] + second["items"]]
    assert resources == ["access-log", *["profile"] * 6]
    assert second["next_cursor"] is None
    times = [item["at"] for item in first["items"] + second["items"]]
    assert times == sorted(times, reverse=True)


def test_a_page_takes_the_same_statements_however_long_the_log_is(
    alice: Person, bob: Person, django_assert_num_queries: Any
) -> None:
    bob.cares_for(alice, "read")
    for person in (alice, bob) * 5:
        person.get(f"patients/{alice.patient_id}/profile")
    with django_assert_num_queries(5):  # two of them begin and end the transaction
        alice.get("patients/me/access-log")


def test_a_single_write_takes_no_statement_more_for_its_line(alice: Person) -> None:
    sent = full_entry()
    with CaptureQueriesContext(connection) as taken:
        assert alice.put(f"patients/me/entries/{sent['id']}", sent).status == 201
    noting = [query["sql"] for query in taken.captured_queries if "diary_accessline" in query["sql"]]
    assert len(noting) == 1
    assert "UPDATE diary_patient SET revision" in noting[0]


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "cursor=bent", "from=2026-01-01", "ordering=actor"])
def test_a_query_that_makes_no_sense_is_refused(alice: Person, query: str) -> None:
    assert alice.get(f"patients/me/access-log?{query}").status == 400


def test_a_cursor_of_another_log_is_refused(alice: Person, dana: Person) -> None:
    alice.get("patients/me/profile")
    cursor = alice.get("patients/me/access-log?limit=1").body["next_cursor"]
    assert dana.get(f"patients/me/access-log?cursor={cursor}").status == 400


def test_without_a_line_to_note_nothing_is_noted(alice: Person) -> None:
    record_changes(patient_id=alice.patient_id, actor_id=alice.id, changes=[], now=alice.user.date_joined)
    assert not AccessLine.objects.exists()
