"""An app of the identity API: one device, its token, and the mailbox beside it."""

import json
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.test import Client
from time_machine import travel

from tests.problems import is_of_the_table
from tests.receiver import MailReceiver

API = "/api/auth/app/v1/"
PASSWORD = "correct horse battery staple"
OTHER_PASSWORD = "an entirely different secret"


class Answer:
    """Status, headers and JSON of one answer."""

    def __init__(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.status = status
        self.headers = headers
        self.json: dict[str, Any] = json.loads(content)
        assert status < 400 or is_of_the_table(self.json, status), content

    @property
    def pending(self) -> set[str]:
        """The flows under way."""
        return {flow["id"] for flow in self.json["data"]["flows"] if flow.get("is_pending")}

    @property
    def without_token(self) -> dict[str, Any]:
        """The body but for the token, which is never the same twice."""
        meta = {name: value for name, value in self.json.get("meta", {}).items() if name != "session_token"}
        return self.json | {"meta": meta}


class App:
    """Requests of one device. Whatever token an answer brings is the one it goes on with."""

    def __init__(self, mailbox: MailReceiver, network: str = "198.51.100.7") -> None:
        self.mailbox = mailbox
        self.token = ""
        self._client = Client(raise_request_exception=False, REMOTE_ADDR=network)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """One request under `/api/auth/app/v1/`; `body` is bytes or becomes JSON."""
        if self.token:
            headers = {"X-Session-Token": self.token, **headers}
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = headers.pop("content_type", "application/json")
        got = self._client.generic(method, API + path, data=raw, content_type=kind, headers=headers)
        answer = Answer(got.status_code, dict(got.headers), got.content)
        self.token = answer.json.get("meta", {}).get("session_token", self.token)
        return answer

    def get(self, path: str) -> Answer:
        """One GET."""
        return self.send("GET", path)

    def post(self, path: str, **body: object) -> Answer:
        """One POST with a JSON object."""
        return self.send("POST", path, body)

    def sign_up(self, email: str, password: str = PASSWORD, **more: object) -> Answer:
        """The first step: pending until the code is entered."""
        return self.post("auth/signup", email=email, password=password, **more)

    def confirm(self, email: str) -> Answer:
        """Enter the code that was mailed last."""
        return self.post("auth/email/verify", key=self.mailbox.code_for(email))

    def sign_in(self, email: str, password: str = PASSWORD) -> Answer:
        """With the password."""
        return self.post("auth/login", email=email, password=password)

    def ask_again(self, password: str = PASSWORD) -> Answer:
        """Reauthenticate, as sensitive actions demand."""
        return self.post("auth/reauthenticate", password=password)

    def is_signed_in(self) -> bool:
        """Whether the token is good for the identity API and for the rest; both always agree."""
        here = self.get("auth/session").status == 200
        assert here == opens_the_diary(self.token)
        return here


def api(app: App, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
    """One request below `/api/v1/` with the app's token."""
    sent = b"" if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {app.token}"}
    got = Client().generic(method, f"/api/v1/{path}", sent, content_type="application/json", headers=headers)
    return got.status_code, json.loads(got.content) if got.content else {}


def opens_the_diary(token: str, *, at: datetime | None = None) -> bool:
    """Whether the token is good for `/api/v1/`, now or at another moment."""
    with travel(at, tick=False) if at else nullcontext():
        answer = Client().get("/api/v1/preferences", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in {200, 401}, answer.content
    return answer.status_code == 200
