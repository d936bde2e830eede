"""One HTTP connection, with a token, to the service under test; nothing but the standard library."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final, Self
from urllib.parse import urlsplit

TIMEOUT: Final = 60.0
"""Seconds without an answer."""
LONGEST_WAIT: Final = 120.0
"""Seconds that a `Retry-After` may ask for."""


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is the JSON that was read, or None."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Connection:
    """To one service, as one signed-in device."""

    def __init__(self, url: str, token: str = "") -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"not the address of a service: {url}")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._http = kind(parts.hostname, parts.port, timeout=TIMEOUT)
        self._prefix = parts.path.rstrip("/")
        self._token = token

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def send(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One request to an absolute path; a text is sent as it is, anything else as JSON. Waits where it is told to.

        Raises OSError or HTTPException when there is no answer.
        """
        while True:
            answer = self._once(method, path, body, headers or {})
            wait = float(answer.headers.get("retry-after", "1"))
            if answer.status != 429 or wait > LONGEST_WAIT:
                return answer
            time.sleep(wait)

    def _once(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
        raw = None if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        sent = {"Accept": "application/json", **headers}
        if raw is not None:
            sent.setdefault("Content-Type", "application/json")
        if self._token:
            sent.setdefault("Authorization", f"Bearer {self._token}")
        try:
            return self._exchange(method, path, raw, sent)
        except HTTPException:  # the server closed an idle connection
            self._http.close()
            return self._exchange(method, path, raw, sent)

    def _exchange(self, method: str, path: str, raw: bytes | None, headers: Mapping[str, str]) -> Answer:
        self._http.request(method, self._prefix + path, body=raw, headers=dict(headers))
        got = self._http.getresponse()
        content = got.read()
        given = {name.lower(): value for name, value in got.getheaders()}
        is_json = "json" in given.get("content-type", "")
        return Answer(got.status, given, json.loads(content) if content and is_json else None)


def signed_in(url: str, email: str, password: str) -> str:
    """The token of a new device. Raises PermissionError when the service does not give one."""
    with Connection(url) as connection:
        answer = connection.send("POST", "/api/auth/app/v1/auth/login", {"email": email, "password": password})
    if answer.status != 200:
        raise PermissionError(f"signing in was answered with {answer.status}")
    return str(answer.body["meta"]["access_token"])
