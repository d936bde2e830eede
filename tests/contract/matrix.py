"""Who may do what: a row for every operation of the published contract.

`reach` is how far someone must reach into the diary for it (`alerts` < `read` < `log` < `own`); `account` operations
are about the caller alone, so everyone who is signed in may do them, each to their own. `answers` is what it gives
to those who may.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import uuid4

from django.utils import timezone

from tests.diary.recordings import entry, event, treatment

Reach = Literal["account", "alerts", "read", "log", "own"]
Body = Callable[[str], Any]
"""The body for the id in the address."""


@dataclass(frozen=True)
class Row:
    """`kind` is of what the id in the address is; `missing` what an id gives that no one has used."""

    reach: Reach
    answers: int = 200
    body: Body | None = None
    kind: str = ""
    missing: int = 404


def _nothing(_: str) -> Any:
    return {}


def _receipt(_: str) -> Any:
    return {"delivery": str(uuid4()), "status": "opened"}


def _put(make: Callable[..., dict[str, Any]]) -> Body:
    return lambda id_: make(id=id_)


def _device(id_: str) -> Any:
    return {"id": id_, "platform": "ios", "push_token": None, "time_zone": "Europe/Madrid"}


def _snooze(_: str) -> Any:
    return {"until": (timezone.now() + timedelta(days=1)).isoformat()}


def _policy(_: str) -> Any:
    again = {"wait_minutes": 30, "rounds": 2}
    order = {"groups": [{"who": ["me"], "wait_minutes": 60}], "rounds": 1}
    return {"emergency": again, "urgent": again, "see_doctor": order}


def _webhook(id_: str) -> Any:
    return {"id": id_, "url": "https://hook.example/"}


def _resource(kind: str, make: Callable[..., dict[str, Any]]) -> Mapping[str, Row]:
    one = f"/api/v1/patients/{{patient}}/{kind}/{{id}}"
    return {
        f"GET /api/v1/patients/{{patient}}/{kind}": Row("read"),
        f"GET {one}": Row("read", kind=kind),
        f"PUT {one}": Row("log", 201, _put(make), missing=201),
        f"DELETE {one}": Row("log", 204, kind=kind, missing=204),
    }


_DIARY: Final = "/api/v1/patients/{patient}"
MATRIX: Final[Mapping[str, Row]] = {
    **_resource("entries", entry),
    **_resource("treatments", treatment),
    **_resource("events", event),
    f"GET {_DIARY}/profile": Row("read"),
    f"PATCH {_DIARY}/profile": Row("log", body=lambda _: {"paused_until": "2026-01-31"}),
    f"POST {_DIARY}/sync": Row("read", body=lambda _: {"changes": []}),
    f"GET {_DIARY}/days": Row("read"),
    f"GET {_DIARY}/screening": Row("read"),
    f"GET {_DIARY}/alerts": Row("alerts"),
    f"GET {_DIARY}/alerts/{{id}}": Row("alerts", kind="alerts"),
    f"POST {_DIARY}/alerts/{{id}}/acknowledge": Row("alerts", body=_nothing, kind="alerts"),
    f"POST {_DIARY}/alerts/{{id}}/receipt": Row("alerts", 404, _receipt, "alerts"),
    f"POST {_DIARY}/alerts/{{id}}/outcome": Row("log", body=lambda _: {"outcome": "serious"}, kind="alerts"),
    f"DELETE {_DIARY}/alerts/{{id}}/acknowledge": Row("alerts", kind="alerts"),
    f"POST {_DIARY}/alerts/{{id}}/snooze": Row("alerts", 409, _snooze, "alerts"),
    f"GET {_DIARY}/escalation": Row("own"),
    f"PUT {_DIARY}/escalation": Row("own", body=_policy),
    f"GET {_DIARY}/caregivers": Row("own"),
    f"POST {_DIARY}/caregivers": Row("own", 201, lambda _: {"email": f"{uuid4().hex}@example.org", "level": "read"}),
    f"PATCH {_DIARY}/caregivers/{{id}}": Row("own", body=lambda _: {"level": "read"}, kind="caregivers"),
    f"DELETE {_DIARY}/caregivers/{{id}}": Row("own", 204, kind="caregivers"),
    f"GET {_DIARY}/access-log": Row("own"),
    f"GET {_DIARY}/export.json": Row("read"),
    f"GET {_DIARY}/export.csv": Row("read"),
    f"GET {_DIARY}/export.zip": Row("read"),
    f"GET {_DIARY}/report.pdf": Row("read"),
    f"GET {_DIARY}/fhir": Row("read"),
    f"GET {_DIARY}/shares": Row("own"),
    f"POST {_DIARY}/shares": Row("own", 201, lambda _: {"expires_in_hours": 24}),
    f"DELETE {_DIARY}/shares/{{id}}": Row("own", 204, kind="shares"),
    f"POST {_DIARY}/import": Row("log", body=lambda _: {"format": "symptom-diary/1", "patient": {}}),
    f"GET {_DIARY}/imports/{{id}}": Row("log", kind="imports"),
    f"DELETE {_DIARY}/imports/{{id}}": Row("log", kind="imports"),
    "GET /api/v1/caring": Row("account"),
    "POST /api/v1/invitations/accept": Row("account", 404, lambda _: {"token": "AAAA-BBBB-CCCC-DDDD"}),
    "GET /api/v1/devices": Row("account"),
    "GET /api/v1/devices/{id}": Row("account", kind="devices"),
    "PUT /api/v1/devices/{id}": Row("account", 201, _device, missing=201),
    "DELETE /api/v1/devices/{id}": Row("account", 204, missing=204),
    "GET /api/v1/webhooks": Row("account"),
    "GET /api/v1/webhooks/{id}": Row("account", kind="webhooks"),
    "PUT /api/v1/webhooks/{id}": Row("account", 201, _webhook, missing=201),
    "DELETE /api/v1/webhooks/{id}": Row("account", 204, missing=204),
    "POST /api/v1/webhooks/{id}/rotate": Row("account", body=_nothing, kind="webhooks"),
    "POST /api/v1/webhooks/{id}/verify": Row("account", body=_nothing, kind="webhooks"),
    "GET /api/v1/preferences": Row("account"),
    "PATCH /api/v1/preferences": Row("account", body=lambda _: {"language": "es"}),
    "GET /api/v1/preferences/phone": Row("account"),
    "PUT /api/v1/preferences/phone": Row("account", 409, lambda _: {"number": "+34600000001"}),
    "DELETE /api/v1/preferences/phone": Row("account", 204),
    "POST /api/v1/preferences/phone/verify": Row("account", 403, lambda _: {"code": "271828"}),
    "GET /api/v1/preferences/test": Row("account"),
    "POST /api/v1/preferences/test": Row("account", 202, _nothing),
    "POST /api/v1/preferences/test/{id}/receipt": Row("account", 404, lambda _: {"status": "opened"}),
    "GET /api/v1/push-key": Row("account"),
    "GET /api/v1/account/endpoints": Row("account"),
    "GET /api/v1/account/links": Row("account"),
    "DELETE /api/v1/account/links": Row("account", 204),
    "DELETE /api/v1/account/links/{id}": Row("account", 204, kind="links"),
    "GET /api/v1/account/consent": Row("account"),
    "PUT /api/v1/account/consent": Row("account", body=lambda _: {"version": "1", "age_at_least": 16}),
    "DELETE /api/v1/account/consent": Row("account", 204),
    "GET /api/v1/account/review": Row("account"),
    "DELETE /api/v1/account/review/{id}": Row("account", 204, kind="review"),
    "POST /api/v1/account/review/{id}/confirm": Row("account", 204, _nothing, "review"),
    "GET /api/v1/account/export": Row("account"),
    "DELETE /api/v1/account": Row("account", 403, lambda _: {"password": "not the password"}),
}
REACHES: Final[Mapping[str, int]] = {"nobody": 0, "alerts": 1, "read": 2, "log": 3, "own": 4}
CALLERS: Final[Mapping[str, str]] = {
    "owner": "own",
    "caregiver with alerts": "alerts",
    "caregiver with read": "read",
    "caregiver with log": "log",
    "revoked": "nobody",
    "invited only": "nobody",
    "other patient": "nobody",
    "staff": "nobody",
}
"""Everyone who is signed in, and how far they reach into Alice's diary."""
