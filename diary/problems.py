"""Errors in the API: RFC 9457 problem details, each of a type from `diary.problem_types`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
from django.http import HttpResponse

from diary.format.strict_json import FieldError
from diary.problem_types import ProblemType

CONTENT_TYPE: Final = "application/problem+json"
STALE_VERSION: Final = "The version in If-Match is not the current one."


@dataclass
class Problem(Exception):
    """Refuses a request. `members` are added to the problem document (such as `current`)."""

    type: ProblemType
    detail: str
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, object] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.type.status

    def body(self) -> dict[str, object]:
        """The problem document."""
        body: dict[str, object] = {
            "type": self.type.uri,
            "title": self.type.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = [error.as_dict() for error in self.errors]
        return body | dict(self.members)


def not_found() -> Problem:
    """The same answer for an unknown address and for one that the caller may not see."""
    return Problem(ProblemType.NOT_FOUND, "There is nothing at this address, or you may not see it.")


def invalid(errors: Sequence[FieldError]) -> Problem:
    """The answer to input with these faults."""
    return Problem(ProblemType.INVALID, "Some fields are invalid; see `errors`.", errors=errors)


def internal_error() -> Problem:
    """The answer to a fault of our own; what went wrong is in the log."""
    return Problem(
        ProblemType.INTERNAL_ERROR, "Something went wrong on our side. Anything not confirmed was not stored."
    )


def method_not_allowed(allowed: str) -> Problem:
    """The answer to another method than those `allowed`, such as "GET, HEAD"."""
    return Problem(ProblemType.METHOD_NOT_ALLOWED, f"This address allows {allowed}.", headers={"Allow": allowed})


def too_many(wait: float) -> Problem:
    """The answer to a request that comes `wait` seconds too soon."""
    seconds = str(max(1, math.ceil(wait)))
    return Problem(
        ProblemType.TOO_MANY_REQUESTS,
        "Too many requests. Keep unsent changes and try again later.",
        headers={"Retry-After": seconds},
    )


def problem_response(problem: Problem) -> HttpResponse:
    """The answer that carries the problem document; never cached."""
    content = msgspec.json.encode(problem.body())
    answer = HttpResponse(content, status=problem.status, content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        answer[name] = value
    return answer
