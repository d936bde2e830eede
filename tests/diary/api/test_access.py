"""Who may see what: every operation on a diary, by everybody there is, on a diary of their own, another's and none."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from alerts.models import Delivery
from diary.models import Caregiver
from tests.cast import Answer, Person, send
from tests.diary.recordings import entry, event, treatment

Operation = tuple[str, Callable[[], tuple[str, str, Any]]]


def put(kind: str, make: Callable[[], dict[str, Any]]) -> Callable[[], tuple[str, str, Any]]:
    def request() -> tuple[str, str, Any]:
        body = make()
        return "PUT", f"{kind}/{body['id']}", body

    return request


def change() -> dict[str, Any]:
    body = entry()
    return {"changes": [{"type": "entry", "op": "put", "id": body["id"], "data": body}]}


def receipt() -> tuple[str, str, Any]:
    """Of the message to the owner: whoever else may hear of alerts got none, and so finds none."""
    sent = Delivery.objects.order_by("created_at").first()
    return "POST", "alerts/ALERT/receipt", {"delivery": str(sent.pk if sent else uuid4()), "status": "opened"}


def policy() -> dict[str, Any]:
    again = {"wait_minutes": 30, "rounds": 2}
    order = {"groups": [{"who": ["me"], "wait_minutes": 60}], "rounds": 1}
    return {"emergency": again, "urgent": again, "see_doctor": order}


OPERATIONS: list[Operation] = [
    ("read", lambda: ("GET", "profile", None)),
    ("own", lambda: ("PATCH", "profile", {"smoking": "never"})),
    *(("read", lambda kind=kind: ("GET", kind, None)) for kind in ("entries", "treatments", "events")),
    *(("read", lambda kind=kind: ("GET", f"{kind}/STORED", None)) for kind in ("entries", "treatments", "events")),
    ("log", put("entries", entry)),
    ("log", put("treatments", treatment)),
    ("log", put("events", event)),
    *(("log", lambda kind=kind: ("DELETE", f"{kind}/{uuid4()}", None)) for kind in ("entries", "treatments", "events")),
    ("read", lambda: ("POST", "sync", {"changes": []})),
    ("read", lambda: ("POST", "sync", change())),  # to a reader each change is forbidden; see test_sync
    ("own", lambda: ("GET", "caregivers", None)),
    ("own", lambda: ("POST", "caregivers", {"email": f"{uuid4().hex}@example.org", "level": "read"})),
    ("own", lambda: ("PATCH", "caregivers/PLACE", {"level": "read"})),
    ("own", lambda: ("DELETE", "caregivers/PLACE", None)),
    ("own", lambda: ("GET", "access-log", None)),
    ("alerts", lambda: ("GET", "alerts", None)),
    ("alerts", lambda: ("GET", "alerts/ALERT", None)),
    ("alerts", lambda: ("POST", "alerts/ALERT/acknowledge", {})),
    ("alerts", lambda: ("DELETE", "alerts/ALERT/acknowledge", None)),
    ("own", receipt),
    ("log", lambda: ("POST", "alerts/ALERT/outcome", {"outcome": "serious"})),
    ("alerts", lambda: ("POST", "alerts/ALERT/snooze", {"until": (timezone.now() + timedelta(days=1)).isoformat()})),
    ("own", lambda: ("GET", "escalation", None)),
    ("own", lambda: ("PUT", "escalation", policy())),
    ("read", lambda: ("GET", "days", None)),
    ("read", lambda: ("GET", "screening", None)),
    ("read", lambda: ("GET", "export.json", None)),
    ("read", lambda: ("GET", "export.csv", None)),
    ("log", lambda: ("POST", "import", {"format": "symptom-diary/1", "patient": {}, "entries": [entry()]})),
]
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
    """Alice's diary with one of each under the same id, an alert, and a place in her circle that is nobody's."""
    stored = str(uuid4())
    for kind, make in (("entries", entry), ("treatments", treatment), ("events", event)):
        assert alice.put(f"patients/me/{kind}/{stored}", make(id=stored)).status == 201
    place = alice.post("patients/me/caregivers", {"email": "somebody@example.org", "level": "alerts"}).body["id"]
    today = timezone.now().date().isoformat()
    sign = entry(date=today, recorded_at=f"{today}T00:00:00Z", symptoms={"saddle_numbness": True})
    (raised,) = alice.put(f"patients/me/entries/{sign['id']}", sign).body["raised"]
    Delivery.objects.update(attempts=1)
    return alice, {"STORED": stored, "PLACE": place, "ALERT": raised["alert"]}


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
