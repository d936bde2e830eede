"""Every operation on a diary, and the level of consent it takes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from alerts.models import Delivery
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
    ("read", lambda: ("GET", "export.zip", None)),
    ("read", lambda: ("GET", "report.pdf", None)),
    ("read", lambda: ("GET", "fhir", None)),
    ("own", lambda: ("GET", "shares", None)),
    ("own", lambda: ("POST", "shares", {"expires_in_hours": 1})),
    ("own", lambda: ("DELETE", "shares/SHARED", None)),
    ("log", lambda: ("POST", "import", {"format": "symptom-diary/1", "patient": {}, "entries": [entry()]})),
    ("log", lambda: ("GET", "imports/IMPORTED", None)),
    ("log", lambda: ("DELETE", "imports/IMPORTED", None)),
]
