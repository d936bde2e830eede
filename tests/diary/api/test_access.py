"""Who may see what: every operation on a diary, by everyone there is, on a diary of their own, another's and none."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from alerts.models import Delivery
from diary.models import Caregiver
from tests.cast import Answer, Person, send
from tests.diary.api.operations import OPERATIONS
from tests.diary.recordings import entry, event, treatment

REACH = {"nobody": 0, "alerts": 1, "read": 2, "log": 3, "own": 4}
CALLERS = {
    "owner": "own",
    "caregiver with alerts": "alerts",
    "caregiver with read": "read",
    "caregiver with log": "log",
    "revoked": "nobody",
    "invited only": "nobody",
    "another patient": "nobody",
    "staff": "nobody",
}


@pytest.fixture
def diary(alice: Person) -> tuple[Person, dict[str, str]]:
    """Alice's diary with one of each under the same id, an alert, and a place in her circle that is no one's."""
    stored = str(uuid4())
    for kind, make in (("entries", entry), ("treatments", treatment), ("events", event)):
        assert alice.put(f"patients/me/{kind}/{stored}", make(id=stored)).status == 201
    document = {"format": "symptom-diary/1", "patient": {}, "entries": [entry()]}
    imported = alice.post("patients/me/import", document).headers["Location"].rpartition("/")[2]
    place = alice.post("patients/me/caregivers", {"email": "somebody@example.org", "level": "alerts"}).body["id"]
    today = timezone.now().date().isoformat()
    sign = entry(date=today, recorded_at=f"{today}T00:00:00Z", symptoms={"saddle_numbness": True})
    (raised,) = alice.put(f"patients/me/entries/{sign['id']}", sign).body["raised"]
    Delivery.objects.update(attempts=1)
    shared = alice.post("patients/me/shares", {"expires_in_hours": 1}).body["id"]
    ids = {"STORED": stored, "PLACE": place, "ALERT": raised["alert"], "IMPORTED": imported, "SHARED": shared}
    return alice, ids


def caller(kind: str, owner: Person) -> Person:
    if kind == "owner":
        return owner
    somebody = Person("Charlie")
    if kind.startswith("caregiver"):
        somebody.cares_for(owner, kind.split()[-1])  # type: ignore[arg-type]
    elif kind == "revoked":
        place = somebody.cares_for(owner, "log")
        Caregiver.objects.filter(pk=place.pk).update(state="ended", ended_at=timezone.now())
    elif kind == "invited only":
        owner.post("patients/me/caregivers", {"email": somebody.email, "level": "log"})
    elif kind == "staff":
        somebody.user.is_staff = somebody.user.is_superuser = True
        somebody.user.save()
    return somebody


def with_ids(path: str, ids: dict[str, str]) -> str:
    return "/".join(ids.get(part, part) for part in path.split("/"))


def ask(person: Person, whose: Any, make: Callable[[], tuple[str, str, Any]], ids: dict[str, str]) -> Answer:
    method, path, body = make()
    return person.send(method, f"patients/{whose}/{with_ids(path, ids)}", body)


@pytest.mark.parametrize("kind", CALLERS)
def test_everybody_reaches_exactly_as_far_as_the_consent(diary: tuple[Person, dict[str, str]], kind: str) -> None:
    owner, ids = diary
    somebody = caller(kind, owner)
    missing = [ask(somebody, uuid4(), make, ids) for _, make in OPERATIONS]
    for (level, make), none in zip(OPERATIONS, missing, strict=True):
        answer = ask(somebody, owner.patient_id, make, ids)
        if REACH[CALLERS[kind]] >= REACH[level]:
            emergencies_are_not_snoozed = make()[1].endswith("/snooze") and answer.status == 409
            assert answer.status < 300 or emergencies_are_not_snoozed, (level, make(), answer)
        else:
            assert (answer.status, answer.body) == (404, none.body), (level, make())
        assert none.status == 404


def test_nobody_is_somebody_without_a_token(diary: tuple[Person, dict[str, str]]) -> None:
    owner, ids = diary
    for whose in ("me", owner.patient_id, uuid4()):
        for _, make in OPERATIONS:
            method, path, body = make()
            assert send(method, f"patients/{whose}/{with_ids(path, ids)}", body).status == 401


def test_me_is_always_the_callers_own(diary: tuple[Person, dict[str, str]], dana: Person) -> None:
    _, ids = diary
    assert dana.get(f"patients/me/entries/{ids['STORED']}").status == 404
    assert dana.get("patients/me/entries").body["items"] == []
    assert dana.patch(f"patients/me/caregivers/{ids['PLACE']}", {"level": "log"}).status == 404
    assert dana.delete(f"patients/me/caregivers/{ids['PLACE']}").status == 404


def test_signing_out_ends_it_with_the_next_request(alice: Person) -> None:
    assert alice.get("patients/me/entries").status == 200
    alice.user.is_active = False
    alice.user.save()
    assert alice.get("patients/me/entries").status == 401
