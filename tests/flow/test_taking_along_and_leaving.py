"""Someone takes everything along, and then leaves permanently."""

import io
import json
from collections.abc import Callable
from zipfile import ZipFile

from tests.diary.recordings import full_entry
from tests.flow.person import PASSWORD, Person
from tests.service import Service

Cast = Callable[[str], Person]


def test_everything_can_be_taken_along_and_then_erased(service: Service, person: Cast) -> None:
    service.start_api()
    alice = person("Alice")
    sent = full_entry()
    alice.send("PUT", f"/api/v1/patients/me/entries/{sent['id']}", sent)

    # One archive holds the diary and who looked at it.
    answer = alice.ask("GET", "/api/v1/account/export")
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("diary.json"))["entries"][0]["note"] == sent["note"]
        assert b'"written"' in archive.read("access-log.jsonl")

    # Saying once that all shall go brings a code by mail, and nothing goes yet.
    asked = alice.ask("DELETE", "/api/v1/account", {"password": PASSWORD})
    assert asked.status_code == 202
    assert len(alice.sees("entries")["items"]) == 1

    # Saying it again with the code is the end.
    alice.mail("erase your account")
    code = service.mailbox.code_for(alice.email)
    assert alice.ask("DELETE", "/api/v1/account", {"code": code}).status_code == 204
    assert alice.is_refused("GET", "/api/v1/patients/me/entries") == 401

    # The address is free again, for a diary that begins empty.
    assert person("Alice").sees("entries")["items"] == []


def test_a_device_that_hangs_up_half_way_through_its_export_harms_nobody(service: Service, person: Cast) -> None:
    service.start_api()
    alice = person("Alice")
    for _ in range(12):
        alice.hang_up_on("/api/v1/account/export")
    assert alice.sees("entries")["items"] == []
