"""What a phone has already is not sent again, and what is long comes compressed."""

import gzip

import pytest
from django.test import Client

from diary.models import AccessLine
from tests.cast import Person
from tests.diary.recordings import entry

ADDRESSES = ["entries", "days", "alerts", "screening", "profile"]


def get(person: Person, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    given = {"Authorization": f"Bearer {person.token}", **names}
    answer = Client().get(f"/api/v1/patients/me/{path}", headers=given)
    return answer.status_code, answer.content, dict(answer.headers)


def write(person: Person, **answers: object) -> str:
    new = entry(**answers)
    assert person.put(f"patients/me/entries/{new['id']}", new).status == 201
    return str(new["id"])


@pytest.mark.parametrize("path", ADDRESSES)
def test_who_has_it_hears_that_it_is_unchanged(alice: Person, path: str) -> None:
    write(alice, night_pain=4)
    _, content, headers = get(alice, path)
    status, again, same = get(alice, path, If_None_Match=headers["ETag"])
    assert (status, again, same["ETag"], same["Cache-Control"]) == (304, b"", headers["ETag"], "no-store")
    assert content


@pytest.mark.parametrize("path", ["entries", "days", "screening?as_of=2026-03-30"])
def test_what_has_changed_is_sent(alice: Person, path: str) -> None:
    write(alice, night_pain=4)
    before = get(alice, path)[2]["ETag"]
    write(alice, night_pain=5, date="2026-03-28")
    status, content, headers = get(alice, path, If_None_Match=before)
    assert status == 200
    assert content
    assert headers["ETag"] != before


def test_of_one_entry_it_is_the_version(alice: Person) -> None:
    id_ = write(alice, night_pain=4)
    assert get(alice, f"entries/{id_}", If_None_Match='"1"')[0] == 304
    assert get(alice, f"entries/{id_}", If_None_Match='W/"1"')[0] == 304
    assert get(alice, f"entries/{id_}", If_None_Match='"2"')[0] == 200


def test_a_look_that_is_answered_so_is_in_the_access_log(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "read")
    write(alice)
    path = f"/api/v1/patients/{alice.patient_id}/days"
    given = {"Authorization": f"Bearer {bob.token}"}
    tag = Client().get(path, headers=given)["ETag"]
    assert Client().get(path, headers={**given, "If-None-Match": tag}).status_code == 304
    assert AccessLine.objects.filter(actor_id=bob.id, action="read", resource="days").exists()


def test_who_may_not_see_it_hears_nothing_of_it(alice: Person, charlie: Person) -> None:
    write(alice)
    tag = get(alice, "days")[2]["ETag"]
    path = f"/api/v1/patients/{alice.patient_id}/days"
    given = {"Authorization": f"Bearer {charlie.token}", "If-None-Match": tag}
    assert Client().get(path, headers=given).status_code == 404


def test_what_is_long_comes_compressed_to_who_can_read_that(alice: Person) -> None:
    for pain in range(8):
        write(alice, night_pain=pain)
    _, plain, headers = get(alice, "entries")
    status, compressed, others = get(alice, "entries", Accept_Encoding="gzip, br")
    assert (status, others["Content-Encoding"], others["Content-Length"]) == (200, "gzip", str(len(compressed)))
    assert gzip.decompress(compressed) == plain
    assert len(compressed) < len(plain) / 3
    assert "Content-Encoding" not in headers
    assert get(alice, "entries", Accept_Encoding="gzip", If_None_Match=others["ETag"])[0] == 304
    assert get(alice, "entries", If_None_Match=others["ETag"])[0] == 304


def test_what_is_short_is_left_as_it_is(alice: Person) -> None:
    assert "Content-Encoding" not in get(alice, "profile", Accept_Encoding="gzip")[2]
