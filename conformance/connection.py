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

    def said(self) -> str:
        """What a problem document says, nothing for another answer."""
        return str(self.body.get("detail") or self.body.get("title", "")) if isinstance(self.body, dict) else ""


class Connection:
    """To one service, as one signed-in device."""

    def __init__(self, url: str, token: str = "") -> None:
        self._http, self._prefix = _opened(url)
        self.url = url
        self.token = token

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
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
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


def check(connection: Connection) -> None:
    """Whether the service can be used.

    Raises OSError or HTTPException when nothing answers, PermissionError for a token that is not accepted, ValueError
    for an answer that is not this service's.
    """
    answer = connection.send("GET", "/api/v1/patients/me/entries?limit=1")
    if answer.status == 401:
        raise PermissionError(f"the token is not accepted: {answer.said()}")
    if answer.status != 200 or not isinstance(answer.body, dict) or "items" not in answer.body:
        raise ValueError(f"{connection.url} answers, but not as this service: {answer.status} {answer.said()}")


def forwarded(
    url: str, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, list[tuple[str, str]], bytes]:
    """A request as it came, and its answer as it came. Raises OSError or HTTPException."""
    http, prefix = _opened(url)
    try:
        http.request(method, prefix + path, body=body or None, headers=dict(headers))
        got = http.getresponse()
        return got.status, got.getheaders(), got.read()
    finally:
        http.close()


def _opened(url: str) -> tuple[HTTPConnection, str]:
    """A connection to the host of `url`, and the path in front of all others."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"not the address of a service: {url}")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname, parts.port, timeout=TIMEOUT), parts.path.rstrip("/")
