"""Who appears in the tests: Alice keeps a diary, Bob cares for her, Charlie must see nothing, Dana has a diary too."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone

from diary.identity.provisioning import issue_token, register
from diary.models import Caregiver
from diary.models.caregiver import Level
from tests.problems import is_of_the_table


@dataclass(frozen=True)
class Answer:
    """What came back, read."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def pointers(self) -> set[str]:
        """Where a problem document says that something is wrong."""
        return {error["pointer"] for error in self.body.get("errors", [])}


class Person:
    """Someone with an account, and a signed-in phone."""

    def __init__(self, name: str, *, email: str | None = None) -> None:
        self.email = email or f"{name.lower()}@example.org"
        self.user = register(email=self.email, password=None, name=name, now=timezone.now())
        self.show_again_who_it_is()

    @property
    def id(self) -> UUID:
        return self.user.id

    @property
    def patient_id(self) -> UUID:
        """The person's own diary."""
        return self.user.patient.id

    def show_again_who_it_is(self) -> None:
        """As before inviting someone or giving a place to send to; it counts for a quarter of an hour."""
        self.token = issue_token(user=self.user, now=timezone.now(), proved=True)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Answer:
        return self.send("PUT", path, body, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Answer:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.send("DELETE", path, **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """`path` is below `/api/v1/`; a header `If_Match` is sent as If-Match."""
        return send(method, path, body, Authorization=f"Bearer {self.token}", **headers)

    def cares_for(self, patient: "Person", level: Level, *, now: datetime | None = None) -> Caregiver:
        """Take a place in the care circle of `patient`."""
        now = now or timezone.now()
        return Caregiver.objects.create(
            patient_id=patient.patient_id,
            user=self.user,
            email=self.email,
            level=level,
            state="accepted",
            invited_at=now,
            expires_at=now,
            accepted_at=now,
        )


def send(method: str, path: str, body: Any = None, **headers: str) -> Answer:
    """One request, to an address below `/api/v1/`, from anyone; bytes are sent as they are."""
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    content_type = given.pop("Content-Type", "application/json")
    response = Client().generic(method, f"/api/v1/{path}", raw, content_type=content_type, headers=given)
    answer = Answer(response.status_code, _read(response), response.headers)
    assert answer.status < 400 or method == "HEAD" or is_of_the_table(answer.body, answer.status), answer
    return answer


def _read(response: HttpResponseBase) -> Any:
    """The JSON that came; a file is read to its end, as a phone does, and one that came page by page is left."""
    if isinstance(response, StreamingHttpResponse):
        response.getvalue()
        return None
    content = getattr(response, "content", b"")
    if response.headers.get("Content-Type") == "application/pdf":
        return content
    return json.loads(content) if content else None
