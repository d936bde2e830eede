"""A phone with the app on it: signs in and writes a diary through the HTTP API, one answer at a time."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import httpx


class Refused(Exception):
    """The service refused a request; the message is its own problem document's."""


class Phone:
    """One device session against `url`. Use as a context manager."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def sign_in(self, *, email: str, password: str) -> None:
        """Begin a device session. Raises Refused."""
        answer = self.send("POST", "/api/auth/app/v1/auth/login", {"email": email, "password": password})
        self.use_token(answer["meta"]["access_token"])

    def use_token(self, token: str) -> None:
        """Go on as the device session that `token` stands for."""
        self._http.headers["Authorization"] = f"Bearer {token}"

    def write(self, records: Iterator[tuple[str, Any]] | tuple[tuple[str, Any], ...]) -> Iterator[list[dict[str, Any]]]:
        """PUT each record below the own diary; yields what each answer raised. Raises Refused."""
        for path, body in records:
            yield self.send("PUT", f"/api/v1/patients/me/{path}", body)["raised"]

    def send(self, method: str, path: str, body: object | None = None) -> Any:
        """One request and its JSON answer, None when empty. Raises Refused."""
        answer = self._http.request(method, path, json=body)
        if answer.is_error:
            raise Refused(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None
