"""Errors as the API tells them: RFC 9457 problem details."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec
from django.http import HttpResponse

from diary.format.strict_json import FieldError

CONTENT_TYPE = "application/problem+json"


@dataclass
class Problem(Exception):
    """Refuses a request with `status`; `members` are added to the problem document (such as `current`).

    `type` names a problem that apps act on, as an address below `/problems/`, and `title` says it in short.
    """

    status: int
    detail: str
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, object] = field(default_factory=dict)
    type: str = ""
    title: str = ""

    def body(self) -> dict[str, object]:
        """The problem document."""
        body = problem_body(status=self.status, detail=self.detail, title=self.title, errors=self.errors)
        return body | ({"type": self.type} if self.type else {}) | dict(self.members)


def not_found() -> Problem:
    """The one answer to whoever may not see something and to whoever asks for what is not there."""
    return Problem(404, "There is nothing here that you can see.")


def too_many(wait: float) -> Problem:
    """The answer to what comes `wait` seconds too soon."""
    seconds = str(max(1, math.ceil(wait)))
    return Problem(429, "Too many requests. Keep what you have and send it later.", headers={"Retry-After": seconds})


def problem_body(
    *, status: int, detail: str, title: str = "", errors: Sequence[FieldError] = (), **members: object
) -> dict[str, object]:
    """A problem document; without a title the status' own phrase serves, as RFC 9457 advises for about:blank."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = [error.as_dict() for error in errors]
    return body | members


def problem_response(body: Mapping[str, object], *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The answer that carries `body`, with its own status; never cached."""
    answer = HttpResponse(msgspec.json.encode(body), status=int(str(body["status"])), content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        answer[name] = value
    return answer
