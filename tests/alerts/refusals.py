"""Writes that carry a danger sign, to be refused in every way there is, and what their refusals must say."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from django.utils import timezone

from alerts.models import Alert, Delivery, EscalationStep, Finding
from diary.models import Patient
from tests.cast import Answer, Person

Body = dict[str, Any]


def day(days_ago: int = 0) -> str:
    return (timezone.now().date() - timedelta(days=days_ago)).isoformat()


def entry(days_ago: int = 0, **answers: Any) -> Body:
    written = {"date": day(days_ago), "recorded_at": f"{day(days_ago)}T00:00:00Z", "time_zone": "Europe/Madrid"}
    return {"id": str(uuid4()), **written, **answers}


def numb(**more: Any) -> Body:
    return entry(**{"symptoms": {"saddle_numbness": True}, **more})


def broken_back(**more: Any) -> Body:
    fracture = {"kind": "fracture", "trauma": "minor", "site": "lower_back"}
    return {"id": str(uuid4()), "date": day(), **fracture, **more}


def put(person: Person, kind: str, body: Body, whose: Any = "me", id_: str | None = None, **headers: str) -> Answer:
    return person.put(f"patients/{whose}/{KINDS[kind]}/{id_ or body['id']}", body, **headers)


def change(kind: str, data: Body, **more: Any) -> Body:
    return {"type": kind, "op": "put", "id": data["id"], "data": data, **more}


def sync(person: Person, *changes: Any, whose: Any = "me", **more: Any) -> Answer:
    return person.post(f"patients/{whose}/sync", {"changes": list(changes), **more})


def rules(raised: list[Body]) -> list[str]:
    return [sign["rule"] for sign in raised]


KINDS: Final = {"entry": "entries", "event": "events"}
SIGNS: Final[dict[str, tuple[Callable[..., Body], str]]] = {
    "entry": (numb, "cauda_equina"),
    "event": (broken_back, "fragility_fracture"),
}
EACH_KIND: Final = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(autouse=True)
def no_alert_and_no_message(db: None) -> Iterator[None]:
    """Whatever a test here has refused, it opens no alert and sends nothing (see `stored` for what is on record)."""
    yield
    assert [model.objects.count() for model in (Alert, Finding, Delivery, EscalationStep)] == [0, 0, 0, 0]


def assert_advice(raised: list[Body], kind: str) -> None:
    """Just the one sign of `numb` or `broken_back`, and nothing of it on record."""
    assert rules(raised) == [SIGNS[kind][1]]
    assert {name: raised[0][name] for name in ("alert", "state", "news", "stored")} == {
        "alert": None,
        "state": None,
        "news": True,
        "stored": False,
    }
    assert raised[0]["title"]
    assert raised[0]["advice"]


def with_history(alice: Person) -> None:
    """Alice has had cancer, and notes fever today: each no danger sign alone."""
    Patient.objects.filter(pk=alice.patient_id).update(cancer_history=True, region="GB")
    assert put(alice, "entry", entry(symptoms={"fever": True})).body["raised"] == []


def back_pain_at_night() -> Body:
    """Signs with Alice's history and what else she noted today, and none without."""
    return entry(night_pain=6, sites=["lower_back"], mood="low")


def stored(person: Person, body: Body) -> None:
    """On record, and its own alert cleared away: any that is left would be of what was refused."""
    assert put(person, "entry", body).status == 201
    for model in (EscalationStep, Delivery, Finding, Alert):
        model.objects.all().delete()
