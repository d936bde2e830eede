"""What JSON Schema cannot say, for the generator: which requests that fit the schema may be refused all the same.

Loaded by Schemathesis (see `schemathesis.toml`); stands in for its own check of accepted data, which knows statuses
only. A refusal of anything else that fits the schema is a failure.
"""

import re
from typing import Any, Final

import schemathesis

BEYOND: Final = {
    "cursor": "is one that the very list gave",
    "id": "is the one in the address",
    "email": "is an address that mail from the internet can reach",
    "name": "is one line that shows something, and no link",
    "date": "is a day that has begun somewhere",
    "started_on": "is such a day",
    "stopped_on": "is one, and not before the start",
    "from": "is a day that exists, and for a report at most a year before `to`",
    "to": "is a day that exists",
    "notes": "are their writer's to give",
    "recorded_at": "is of the years 1900 to 2999",
    "time_zone": "is a zone that exists",
    "sites": "names each once",
    "qualities": "names each once",
    "treatments_taken": "has keys that are UUIDs",
    "if_version": "is for what can have a version",
    "data": "is of the type that the change names",
    "push_token": "is a subscription, where the device is a browser",
    "channels": "are channels that this service has",
    "quiet_hours": "does not begin when it ends",
    "unsubscribed": "names only what is stopped now",
    "delivery": "is needed but for `read`",
    "url": "is an https:// address in the public internet",
    "until": "is ahead, and no more than 30 days",
    "age_at_least": "is the minimum age of the region",
    "who": "is somebody of the circle",
    "groups": "name the patient in one of them",
    "rounds": "are over within two weeks",
}
"""By the field's name: what is asked of it beyond the schema."""
BY_CIRCUMSTANCE: Final = {404, 409, 410, 412, 413}
"""Statuses that depend on what is there, or on the size."""
SECRETS: Final = {
    ("DELETE /api/v1/account", 403),
    ("POST /api/v1/preferences/phone/verify", 403),
    ("POST /api/v1/patients/{patient}/caregivers", 403),
    ("PATCH /api/v1/patients/{patient}/caregivers/{id}", 403),
    ("PUT /api/v1/webhooks/{id}", 403),
    ("POST /api/v1/webhooks/{id}/rotate", 403),
    ("PUT /api/v1/preferences/phone", 403),
}
"""The generator does not know the password, nor the code, and is not asked again every five minutes."""
_VERSION: Final = re.compile(r'\*|"[1-9][0-9]{0,8}"')


@schemathesis.check
def what_fits_the_schema_is_taken(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """Fails for a refusal that the contract gives no reason for."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code < 400:
        return
    if not _VERSION.fullmatch(case.headers.get("If-Match", "*")):
        return  # the generator sends a header of its own making where it means a good one
    if response.status_code in BY_CIRCUMSTANCE or (case.operation.label, response.status_code) in SECRETS:
        return
    errors = response.json().get("errors", []) if response.status_code == 400 else []
    unexplained = [error for error in errors if not _is_beyond(error["pointer"], error["code"], case.body)]
    assert errors, f"{response.status_code} for what fits the schema"
    assert not unexplained, f"what fits the schema was refused: {unexplained}"


def _is_beyond(pointer: str, code: str, body: Any) -> bool:
    """Also U+0000 and lone surrogates are."""
    path = pointer.split("/")[1:]
    return not BEYOND.keys().isdisjoint(path) or code == "invalid_text"


def _at(path: list[str], value: Any) -> Any:
    for part in path:
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value
