"""Days on which danger signs come and go: written over HTTP, swept and sent by a clock that tests move."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import time_machine

from alerts.acting.due_steps import due_steps, take_due_steps
from alerts.models import Alert, Delivery
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON
from tests.cast import Answer, Person

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(now: datetime) -> AbstractContextManager[Any]:
    """The clock of everything that is asked over HTTP."""
    return time_machine.travel(now, tick=False)


def an_entry(*symptoms: str, on: date, id_: UUID | None = None, **answers: Any) -> dict[str, Any]:
    """As a phone sends it; `symptoms` are those answered with yes."""
    noted = {"symptoms": dict.fromkeys(symptoms, True)} if symptoms else {}
    moment = {"date": on.isoformat(), "recorded_at": f"{on.isoformat()}T08:00:00Z", "time_zone": "UTC"}
    return {"id": str(id_ or uuid4()), **moment, **noted, **answers}


def put(
    person: Person, body: dict[str, Any], *, now: datetime, whose: Person | None = None, kind: str = "entries"
) -> list[dict[str, Any]]:
    """What the answer to the write tells, which replaces whatever stands."""
    patient = whose.patient_id if whose else "me"
    with at(now):
        path = f"patients/{patient}/{kind}/{body['id']}"
        answer = person.put(path, body)
        if answer.status == 409:
            answer = person.put(path, body, If_Match=f'"{answer.body["current"]["version"]}"')
    assert answer.status in (200, 201), answer.body
    raised: list[dict[str, Any]] = answer.body["raised"]
    return raised


def notes(
    person: Person,
    *symptoms: str,
    now: datetime = NOON,
    on: date | None = None,
    id_: UUID | None = None,
    **answers: Any,
) -> list[dict[str, Any]]:
    """The person writes an entry, about the day of `now` unless about another; gives what the answer tells."""
    return put(person, an_entry(*symptoms, on=on or now.date(), id_=id_, **answers), now=now)


def act(person: Person, alert: Alert, action: str, *, now: datetime, method: str = "POST", **body: Any) -> Answer:
    """What someone does about an alert."""
    with at(now):
        path = f"patients/{alert.patient_id}/alerts/{alert.pk}/{action}"
        return person.send(method, path, body if method == "POST" else None)


def takes_on(person: Person, alert: Alert, *, now: datetime, **body: Any) -> None:
    assert act(person, alert, "acknowledge", now=now, **body).body["state"] == "acknowledged"


def says(person: Person, alert: Alert, outcome: str, *, now: datetime) -> None:
    """What came of it."""
    assert act(person, alert, "outcome", now=now, outcome=outcome).status == 200


def passes(until: datetime) -> None:
    """Whatever falls due is done when it falls due, until then."""
    now, rounds = NOON - 365 * DAY, 0
    while (due := _next_due()) is not None and due <= until:
        now, rounds = max(now, due), rounds + 1
        assert rounds < 1_000, "what is due is never done"
        _beat(now)


def beat(now: datetime) -> None:
    """One sweep of everything, whatever was missed before."""
    _beat(now)


def _beat(now: datetime) -> None:
    for patient_id in set(due_steps(now=now).values_list("patient_id", flat=True)):
        take_due_steps(patient_id=patient_id, now=now)
    deliver_all(now)


def _next_due() -> datetime | None:
    step = due_steps(now=NOON + 9_999 * DAY).values_list("due_at", flat=True).first()
    delivery = Delivery.objects.filter(next_attempt_at__isnull=False).order_by("next_attempt_at").first()
    times = [step, delivery.next_attempt_at if delivery else None]
    return min((one for one in times if one is not None), default=None)


def alert_of(rule: str = "cauda_equina") -> Alert:
    """The one alert of the rule."""
    return Alert.objects.get(rule=rule)


def state_of(alert: Alert) -> str:
    return Alert.objects.values_list("state", flat=True).get(pk=alert.pk)


def heard(person: Person, *, since: datetime | None = None) -> list[str]:
    """What was sent to the person, in order: why, once for each message; with `since` only what was sent from then."""
    sent = Delivery.objects.filter(recipient=person.user, state="sent").order_by("sent_at", "turn", "pk")
    if since is not None:
        sent = sent.filter(sent_at__gte=since)
    return list({one.message: one.step for one in sent.order_by("sent_at", "turn", "-pk")}.values())


def messages(person: Person) -> Sequence[UUID]:
    """The messages owed or sent to the person, in order."""
    owed = Delivery.objects.filter(recipient=person.user).exclude(state="dropped").order_by("created_at", "turn")
    return list(dict.fromkeys(owed.values_list("message", flat=True)))
