"""Every operation of the published contract, by everyone there is, on what is theirs, another's and no one's."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
import yaml
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from alerts.models import Delivery
from diary.api.framework.permissions import METHODS
from diary.api.framework.view import ApiView
from diary.models import Caregiver, User
from tests.cast import Answer, Person, send
from tests.contract.matrix import CALLERS, MATRIX, REACHES, Row
from tests.diary.recordings import entry, event, treatment
from tests.service import ROOT

PUBLISHED: Mapping[str, Any] = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())["paths"]
OPERATIONS = {
    f"{method.upper()} {path}"
    for path, methods in PUBLISHED.items()
    for method in methods
    if method in METHODS and path.startswith("/api/v1/")  # signing in is for everyone: tests/diary/identity
}


def test_every_published_operation_has_a_row() -> None:
    assert set(MATRIX) == OPERATIONS


def test_every_address_is_published() -> None:
    assert set(answered(get_resolver().url_patterns)) == OPERATIONS


def answered(patterns: list[Any], path: str = "/") -> Iterator[str]:
    """Every operation that the addresses below `/api/v1/` answer."""
    for pattern in patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from answered(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern) and issubclass(getattr(pattern.callback, "view_class", object), ApiView):
            view = pattern.callback.view_class  # type: ignore[attr-defined]
            named = here.replace("<diary:", "{").replace("<id:", "{").replace(">", "}")
            yield from (f"{method.upper()} {named}" for method in METHODS if hasattr(view, method))


@pytest.fixture
def alices(alice: Person) -> dict[str, str]:
    """The ids of what Alice has, by kind: one of each."""
    made = {"entries": entry(symptoms={}), "treatments": treatment(), "events": event()}
    for kind, body in made.items():
        assert alice.put(f"patients/me/{kind}/{body['id']}", body).status == 201
    device = str(uuid4())
    assert alice.put(f"devices/{device}", {"id": device, "platform": "ios"}).status == 201
    webhook = str(uuid4())
    assert alice.put(f"webhooks/{webhook}", {"id": webhook, "url": "https://hook.example/"}).status == 201
    place = alice.post("patients/me/caregivers", {"email": "somebody@example.org", "level": "alerts"}).body["id"]
    imported = alice.post("patients/me/import", {"format": "symptom-diary/1", "patient": {}, "entries": [entry()]})
    shared = alice.post("patients/me/shares", {"expires_in_hours": 24}).body["id"]
    today = timezone.now().date().isoformat()
    sign = entry(date=today, recorded_at=f"{today}T00:00:00Z", symptoms={"saddle_numbness": True})
    (raised,) = alice.put(f"patients/me/entries/{sign['id']}", sign).body["raised"]
    mailed = Delivery.objects.filter(alert=raised["alert"], recipient=alice.user, channel="email")
    User.objects.filter(pk=alice.id).update(recovered_at=timezone.now(), trusted_until=timezone.now())
    mailed.update(state="sent", attempts=1, sent_at=timezone.now(), next_attempt_at=None)
    ids = {kind: body["id"] for kind, body in made.items()}
    return {
        **ids,
        "devices": device,
        "webhooks": webhook,
        "caregivers": place,
        "alerts": raised["alert"],
        "shares": shared,
        "imports": imported.headers["Location"].rpartition("/")[2],
        "links": str(mailed.get().message),
        "review": next(item["id"] for item in alice.get("account/review").body["items"] if item["kind"] == "webhook"),
    }


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


def ask(person: Person | None, operation: str, row: Row, patient: UUID | str, id_: str) -> Answer:
    """Ask as `person`, or as no one, and leave nothing of it behind."""
    method, _, address = operation.partition(" ")
    path = address.removeprefix("/api/v1/").format(patient=patient, id=id_)
    body = row.body(id_) if row.body else None
    with transaction.atomic():
        answer = person.send(method, path, body) if person else send(method, path, body)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_an_operation_is_for_those_whom_it_is_for(alice: Person, alices: dict[str, str], operation: str) -> None:
    row = MATRIX[operation]
    theirs, unused = alices.get(row.kind) or str(uuid4()), str(uuid4())
    assert_nobody_without_a_token(alice, operation, theirs)
    for kind, reach in CALLERS.items():
        with transaction.atomic():
            somebody = caller(kind, alice)
            own = ask(somebody, operation, row, "me", theirs)
            hers = ask(somebody, operation, row, alice.patient_id, theirs)
            of_nobody = ask(somebody, operation, row, uuid4(), theirs)
            without = ask(somebody, operation, row, alice.patient_id, unused)
            nothing = somebody.get(f"patients/{uuid4()}/profile")
            transaction.set_rollback(True)
        may = row.reach == "account" or REACHES[reach] >= REACHES[row.reach]
        is_owner = kind == "owner"
        has_it = is_owner or not row.kind
        assert own.status == (row.answers if has_it else row.missing), (kind, own)
        if row.reach == "account":
            assert {hers.status, of_nobody.status} == {own.status}, kind
        else:
            assert hers.status == (row.answers if may else 404), (kind, hers)
            assert told(without_signs(of_nobody)) == told(without_signs(nothing)), kind
        if row.kind and may:
            assert without.status == row.missing, (kind, without)
        if not may:
            assert told(hers) == told(without) == told(of_nobody), f"{kind}: it shows that there is something"


def assert_nobody_without_a_token(alice: Person, operation: str, theirs: str) -> None:
    row = MATRIX[operation]
    answers = [ask(None, operation, row, whose, theirs) for whose in ("me", alice.patient_id, uuid4())]
    assert {answer.status for answer in answers} == {401}
    assert answers[0].body == answers[1].body == answers[2].body
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"


def without_signs(answer: Answer) -> Answer:
    """The answer without the danger signs in what was refused, of which these bodies have none."""
    body = dict(answer.body)
    assert body.pop("raised", []) == []
    return Answer(answer.status, body, {**answer.headers, "Content-Length": ""})


def told(answer: Answer) -> tuple[int, Any, dict[str, str]]:
    """All that an answer tells."""
    return answer.status, answer.body, dict(answer.headers)


def test_the_device_of_another_stays_whatever_is_done_under_its_id(
    alice: Person, alices: dict[str, str], charlie: Person
) -> None:
    path = f"devices/{alices['devices']}"
    assert charlie.delete(path).status == 204
    assert charlie.put(path, {"id": alices["devices"], "platform": "android"}).status == 410
    assert alice.get(path).body["platform"] == "ios"
