"""Sharing a diary by a link: made in one request, opened by who has it, noted each time, ended by time or by a word."""

import json
from base64 import b64decode
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from diary.account.erase import erase
from diary.identity.provisioning import sign_out_everywhere
from diary.models import AccessLine
from papers.models import ATTEMPTS, Share
from papers.sharing.shares import MOST_AT_ONCE, reseal_shares
from papers.tasks import forget_shares
from tests.alerts.diaries import entry, saddle_numbness, write
from tests.cast import Answer, Person
from tests.downloads import download
from tests.papers.pdf import Pdf
from tests.papers.surgery import Link, read_link


def share(person: Person, **asked: Any) -> Answer:
    return person.post("patients/me/shares", {"expires_in_hours": 24, **asked})


def shared(person: Person, **asked: Any) -> Link:
    answer = share(person, **asked)
    assert answer.status == 201
    return read_link(answer.body["link"])


def kinds(document: Any) -> set[str]:
    return {one["resource"]["resourceType"] for one in document["entry"]}


def only_share(person: Person) -> Any:
    (found,) = person.get("patients/me/shares").body["items"]
    return found


def test_a_link_is_as_the_specification_wants_it(alice: Person, settings: Settings) -> None:
    link = share(alice, label="For Dr Meyer").body["link"]
    assert link.startswith(f"{settings.PUBLIC_URL}/shl#shlink:/")
    read = read_link(link)
    assert len(read.url) <= 128
    assert len(read.path.removeprefix("/shl/")) == 43
    assert len(read.key) == 32
    assert read.payload["flag"] == "U"
    assert read.payload["label"] == "For Dr Meyer"
    assert abs(read.payload["exp"] - (timezone.now() + timedelta(hours=24)).timestamp()) < 60
    assert shared(alice, passcode="2718").payload["flag"] == "P"


def test_no_two_links_have_an_address_or_a_key_in_common(alice: Person) -> None:
    first, second = shared(alice), shared(alice)
    assert len({first.url, second.url, first.key, second.key}) == 4


def test_a_surgery_opens_it_and_finds_the_diary_and_the_page_for_the_doctor(alice: Person) -> None:
    write(alice, saddle_numbness(timezone.now().date()), now=timezone.now())
    link = shared(alice)
    answer = link.file(recipient="Surgery Dr Meyer")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/jose")
    header, document = link.decrypted(answer.content.decode())
    assert header == {"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json"}
    assert kinds(document) == {"Patient", "Observation", "Flag", "DocumentReference"}
    (page,) = [one["resource"] for one in document["entry"] if one["resource"]["resourceType"] == "DocumentReference"]
    attached = page["content"][0]["attachment"]
    assert attached["contentType"] == "application/pdf"
    assert "Name: Alice" in Pdf(b64decode(attached["data"])).sides[0]


def test_with_a_passcode_it_is_opened_by_a_manifest(alice: Person) -> None:
    link = shared(alice, passcode="2718")
    answer = link.manifest(passcode="2718")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    (file,) = json.loads(answer.content)["files"]
    assert file["contentType"] == "application/fhir+json"
    _, document = link.decrypted(file["embedded"])
    assert "Patient" in kinds(document)


def test_who_bounds_what_is_embedded_fetches_the_file_within_an_hour(alice: Person) -> None:
    link = shared(alice, passcode="2718")
    (file,) = json.loads(link.manifest(passcode="2718", embeddedLengthMax=10).content)["files"]
    place = urlsplit(file["location"]).path
    answer = Client().get(place)
    assert answer["Content-Type"] == "application/jose"
    assert "Patient" in kinds(link.decrypted(answer.content.decode())[1])
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert Client().get(place).status_code == 404
    alice.delete(f"patients/me/shares/{only_share(alice)['id']}")
    assert Client().get(place).status_code == 404
    assert Client().get(place[:-1] + ("x" if place[-1] != "x" else "y")).status_code == 404


def test_each_file_has_a_nonce_of_its_own_and_no_other_key_opens_it(alice: Person) -> None:
    link, other = shared(alice), shared(alice)
    files = [link.file(recipient="Surgery").content.decode() for _ in range(3)]
    assert len({file.split(".")[2] for file in files}) == 3
    with pytest.raises(InvalidTag):
        other.decrypted(files[0])


def test_no_one_but_the_person_is_in_it_and_no_note(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    day = timezone.now().date()
    body = {"id": "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b11", "date": day.isoformat(), "note": "Only for me."}
    stamped = {**body, "recorded_at": f"{day}T00:00:00Z", "time_zone": "UTC", "symptoms": {"saddle_numbness": True}}
    assert bob.put(f"patients/{alice.patient_id}/entries/{body['id']}", stamped).status == 201
    link = shared(alice)
    _, document = link.decrypted(link.file(recipient="Surgery").content.decode())
    assert not {"Consent", "Communication"} & kinds(document)
    told = json.dumps(document)
    for canary in ("Bob", bob.email, str(bob.id), "Only for me."):
        assert canary not in told


def test_it_gives_the_diary_as_it_is_when_it_is_opened(alice: Person) -> None:
    link = shared(alice)
    assert "Observation" not in kinds(link.decrypted(link.file(recipient="Surgery").content.decode())[1])
    write(alice, entry(timezone.now().date(), worst_pain=3), now=timezone.now())
    assert "Observation" in kinds(link.decrypted(link.file(recipient="Surgery").content.decode())[1])


def test_each_opening_is_noted_with_who_it_was_for_and_shown(alice: Person) -> None:
    link = shared(alice)
    link.file(recipient=" Surgery\r\n \u202eDr Meyer ")
    link.file(recipient="x" * 500)
    lines = [line for line in alice.get("patients/me/access-log").body["items"] if line["recipient"]]
    assert [line["recipient"] for line in lines] == ["x" * 120, "Surgery Dr Meyer"]
    assert {(line["action"], line["resource"], line["resource_id"]) for line in lines} == {
        ("exported", "share", only_share(alice)["id"])
    }
    assert [one["recipient"] for one in only_share(alice)["openings"]] == ["x" * 120, "Surgery Dr Meyer"]


def test_making_and_ending_are_noted_once(alice: Person) -> None:
    shared(alice)
    path = f"patients/me/shares/{only_share(alice)['id']}"
    assert [alice.delete(path).status for _ in range(2)] == [204, 204]
    lines = AccessLine.objects.filter(resource="share").order_by("id")
    assert [line.action for line in lines] == ["written", "deleted"]


@pytest.mark.parametrize("recipient", [None, "", " ", "\u200b", 5, ["Surgery"]])
def test_no_one_opens_it_without_saying_who_they_are(alice: Person, recipient: Any) -> None:
    link = shared(alice)
    assert link.manifest(recipient=recipient).status_code == 400
    assert link.file(**({"recipient": recipient} if isinstance(recipient, str) else {})).status_code == 400
    assert only_share(alice)["openings"] == []


def test_a_link_with_a_passcode_is_never_opened_by_a_get(alice: Person) -> None:
    answer = shared(alice, passcode="2718").file(recipient="Surgery", passcode="2718")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_wrong_passcodes_are_counted_for_life_and_the_last_one_ends_the_link(alice: Person) -> None:
    link = shared(alice, passcode="2718")
    for left in range(ATTEMPTS - 1, -1, -1):
        answer = link.manifest(passcode="0000")
        assert (answer.status_code, json.loads(answer.content)) == (401, {"remainingAttempts": left})
        if left == 5:
            assert link.manifest(passcode="2718").status_code == 200
    assert link.manifest(passcode="2718").status_code == 404
    found = only_share(alice)
    assert (found["attempts_left"], found["link"], found["ended_at"] is None) == (0, None, False)


@pytest.mark.parametrize("passcode", [None, 2718, ["2718"]])
def test_no_passcode_is_refused_and_is_no_try(alice: Person, passcode: Any) -> None:
    answer = shared(alice, passcode="2718").manifest(passcode=passcode)
    assert (answer.status_code, json.loads(answer.content)) == (401, {"remainingAttempts": ATTEMPTS})


def test_a_passcode_is_the_same_however_it_is_typed(alice: Person) -> None:
    link = shared(alice, passcode="Küche 12")
    assert link.manifest(passcode=" Ku\u0308che 12 ").status_code == 200


def ends_it(person: Person) -> None:
    person.delete(f"patients/me/shares/{only_share(person)['id']}")


def changes_the_password(person: Person) -> None:
    person.user.set_password("an entirely different secret")
    person.user.save()


def signs_out_everywhere(person: Person) -> None:
    sign_out_everywhere(user=person.user)


def erases_the_account(person: Person) -> None:
    erase(user_id=person.id, now=timezone.now())


def is_locked_out(person: Person) -> None:
    person.user.is_active = False
    person.user.save()


@pytest.mark.parametrize(
    "ending", [ends_it, changes_the_password, signs_out_everywhere, erases_the_account, is_locked_out]
)
def test_a_link_that_is_over_is_not_found_whatever_ended_it(alice: Person, ending: Any) -> None:
    link = shared(alice)
    nothing = Link(link.url[:-43] + "A" * 43, link.key, {})
    ending(alice)
    for answer in (link.file(recipient="Surgery"), link.manifest(), link.manifest(passcode="2718")):
        assert answer.status_code == 404
        assert answer.content == nothing.manifest().content


def test_it_is_over_when_its_time_is(alice: Person) -> None:
    link = shared(alice, expires_in_hours=1)
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert link.file(recipient="Surgery").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert link.file(recipient="Surgery").status_code == 404


def test_what_was_ended_keeps_no_secret_and_is_forgotten_after_a_while(alice: Person) -> None:
    shared(alice)
    ends_it(alice)
    assert Share.objects.get().sealed is None
    long_ago = timezone.now() - timedelta(days=91)
    Share.objects.update(made_at=long_ago - timedelta(hours=1), expires_at=long_ago, ended_at=long_ago)
    assert alice.get("patients/me/shares").body["items"] == []
    shared(alice)
    forget_shares()
    assert [share.ended_at for share in Share.objects.all()] == [None]


def test_there_is_room_for_so_many_at_a_time(alice: Person) -> None:
    for _ in range(MOST_AT_ONCE):
        shared(alice)
    refused = share(alice)
    assert (refused.status, refused.body["type"]) == (409, "/problems/too-many-shares")
    alice.delete(f"patients/me/shares/{alice.get('patients/me/shares').body['items'][0]['id']}")
    assert share(alice).status == 201


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"expires_in_hours": 0}, "/expires_in_hours"),
        ({"expires_in_hours": 721}, "/expires_in_hours"),
        ({"expires_in_hours": "24"}, "/expires_in_hours"),
        ({"passcode": "123"}, "/passcode"),
        ({"label": "x" * 81}, "/label"),
        ({"patient": "me"}, "/patient"),
    ],
)
def test_what_makes_no_link_is_refused(alice: Person, asked: Any, pointer: str) -> None:
    answer = share(alice, **asked)
    assert (answer.status, answer.pointers) == (400, {pointer})


def test_nothing_that_is_kept_opens_it(alice: Person) -> None:
    link = shared(alice, passcode="2718")
    kept = "".join(map(str, Share.objects.values_list().get()))
    for secret in (link.path.rpartition("/")[2], link.key.hex(), "2718"):
        assert secret not in kept


def test_a_change_of_the_note_keys_takes_them_along(alice: Person, settings: Settings) -> None:
    link = shared(alice)
    settings.NOTE_KEYS = [Fernet.generate_key().decode(), *settings.NOTE_KEYS]
    assert reseal_shares() == 1
    settings.NOTE_KEYS = settings.NOTE_KEYS[:1]
    assert link.file(recipient="Surgery").status_code == 200


def test_without_its_key_a_link_is_over_and_says_so(alice: Person, settings: Settings) -> None:
    link = shared(alice)
    settings.NOTE_KEYS = [Fernet.generate_key().decode()]
    assert link.file(recipient="Surgery").status_code == 404
    assert only_share(alice)["link"] is None


def test_programs_on_other_pages_may_ask_without_cookies(alice: Person) -> None:
    link = shared(alice)
    asked = Client().options(
        link.path, headers={"Origin": "https://viewer.example", "Access-Control-Request-Method": "POST"}
    )
    assert (asked.status_code, asked["Access-Control-Allow-Headers"]) == (204, "content-type")
    for answer in (asked, link.file(recipient="Surgery"), link.manifest(recipient=None)):
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"


def test_who_tries_too_often_waits(alice: Person, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    settings.API_LIMITS = {**settings.API_LIMITS, "address of strangers": (25, 1)}
    link, surgery = shared(alice), Client(REMOTE_ADDR="203.0.113.7")
    answers = [surgery.get(link.path, {"recipient": "Surgery"}) for _ in range(4)]
    assert (answers[0].status_code, answers[-1].status_code) == (200, 429)
    assert int(answers[-1]["Retry-After"]) >= 1


def test_a_caregiver_makes_and_sees_none(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    shared(alice)
    assert bob.get(f"patients/{alice.patient_id}/shares").status == 404
    assert bob.post(f"patients/{alice.patient_id}/shares", {"expires_in_hours": 1}).status == 404


def test_links_go_with_their_account_and_come_with_its_export(alice: Person) -> None:
    link = shared(alice, label="For Dr Meyer")
    link.file(recipient="Surgery")
    (kept,) = json.loads(download(alice, "account/export").archive["shares.json"])
    assert (kept["label"], kept["openings"]) == ("For Dr Meyer", 1)
    assert not {"digest", "sealed", "passcode_digest"} & kept.keys()
    erase(user_id=alice.id, now=timezone.now())
    assert not Share.objects.exists()
    assert set(AccessLine.objects.values_list("recipient", flat=True)) == {None}


@pytest.mark.parametrize(
    "broken",
    [
        {"sealed": None},
        {"ended_at": timezone.now()},
        {"attempts_left": 9},
        {"attempts_left": 11, "passcode_digest": b"x"},
        {"attempts_left": 0, "passcode_digest": b"x"},
        {"expires_at": timezone.now() + timedelta(days=31)},
        {"expires_at": timezone.now() - timedelta(days=1)},
        {"label": "x" * 81},
    ],
)
def test_the_database_refuses_what_no_link_can_be(alice: Person, broken: dict[str, Any]) -> None:
    shared(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Share.objects.update(**broken)
