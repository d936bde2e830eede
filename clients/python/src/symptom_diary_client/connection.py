"""Requests by the published contract: with the token, a time-out, and problems as exceptions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Final, Protocol, cast
from urllib.parse import quote

import httpx

from symptom_diary_client.contract import Problem as ProblemDocument
from symptom_diary_client.errors import NoAnswer, Problem

_TOKEN: Final = "token"  # noqa: S105 - its name among the secrets
_NAME: Final = re.compile(r"\{(\w+)\}")


class Secrets(Protocol):
    """The app's own safe place for the token: a key ring, or a vault."""

    def get(self, name: str) -> str | None:
        """The secret of this name, or None."""

    def set(self, name: str, value: str | None) -> None:
        """Keep a secret; None takes it away."""


class MemorySecrets:
    """Keeps secrets until the process ends. `MemorySecrets(token="…")` is for a token that came from elsewhere."""

    def __init__(self, **secrets: str) -> None:
        self._secrets: dict[str, str] = dict(secrets)

    def get(self, name: str) -> str | None:
        """The secret of this name, or None."""
        return self._secrets.get(name)

    def set(self, name: str, value: str | None) -> None:
        """Keep a secret; None takes it away."""
        if value is None:
            self._secrets.pop(name, None)
        else:
            self._secrets[name] = value


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is the JSON that was read, or None."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Connection:
    """To one service, with one person's token."""

    def __init__(
        self,
        url: str,
        secrets: Secrets,
        *,
        language: Callable[[], str] = lambda: "en",
        timeout: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(base_url=url.rstrip("/"), timeout=timeout, transport=transport)
        self._language = language
        self.secrets = secrets

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        names: Mapping[str, str] | None = None,
        query: Mapping[str, str | int | bool] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """One request of the contract; `names` are what stands for those in the path.

        Raises Problem for an answer that is no success, NoAnswer where there is none.
        """
        answer = self.send(method, _address(path, names or {}, query or {}), body, headers)
        if answer.status >= 400:
            raise problem_of(answer)
        return answer.body

    def send(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str | None] | None = None
    ) -> Answer:
        """Any request, and any answer; a header of None is left out. Raises NoAnswer."""
        token = self.token()
        given: dict[str, str | None] = {"Accept": "application/json", "Accept-Language": self._language()}
        if token:
            given["Authorization"] = f"Bearer {token}"
        if body is not None:
            given["Content-Type"] = "application/json"
        sent = {name: value for name, value in (given | dict(headers or {})).items() if value is not None}
        content = None if body is None else as_json(body)
        try:
            response = self._http.request(method, path, content=content, headers=sent)
        except httpx.RequestError as error:
            raise NoAnswer("There was no answer.") from error
        return Answer(response.status_code, response.headers, _read(response))

    def token(self) -> str | None:
        """Of who is signed in here."""
        return self.secrets.get(_TOKEN)

    def keep_token(self, token: str | None) -> None:
        """None forgets it."""
        self.secrets.set(_TOKEN, token)

    def close(self) -> None:
        """Let go of the network."""
        self._http.close()


def as_json(value: object) -> bytes:
    """As it is sent: in UTF-8, where half a surrogate pair can only be written escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def problem_of(answer: Answer) -> Problem:
    """The problem that an answer tells of; one without details where something in between has answered."""
    blank = {"type": "about:blank", "title": str(answer.status), "status": answer.status, "detail": ""}
    document = blank | answer.body if isinstance(answer.body, dict) else blank
    return Problem(cast("ProblemDocument", document), retry_after(answer.headers.get("retry-after")))


def retry_after(header: str | None, now: datetime | None = None) -> float | None:
    """Seconds, from a number of them or a date; None for neither."""
    if header is None:
        return None
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (at - (now or datetime.now(timezone.utc))).total_seconds()) if at.tzinfo else None


def _address(path: str, names: Mapping[str, str], query: Mapping[str, str | int | bool]) -> str:
    filled = _NAME.sub(lambda found: quote(names[found[1]], safe=""), path)
    return f"{filled}?{httpx.QueryParams(dict(query))}" if query else filled


def _read(response: httpx.Response) -> Any:
    """JSON, or nothing. Raises NoAnswer for what is cut off, or is not the service's."""
    if "json" in response.headers.get("content-type", "") and response.content:
        try:
            return response.json()
        except ValueError as error:
            raise NoAnswer("The answer was cut off.") from error
    if response.status_code < 400 and (response.content or response.is_redirect):
        raise NoAnswer("Something between this machine and the service has answered.")
    return None
